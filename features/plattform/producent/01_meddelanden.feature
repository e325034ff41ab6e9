# language: sv
@RIVTABP21
Egenskap: Meddelanden i alla tillåtna former tas emot
  Anropen går direkt till systemets adress, med plattformens certifikat: plattformen själv skriver om dem till UTF-8.

  Det gör också att den som inte kan läsa UTF-16 får en observation: ett sådant anrop når den aldrig genom plattformen.

  Bakgrund:
    Givet att systemet tar emot ett vanligt anrop direkt

  Scenariomall: Ett meddelande i <form> tas emot
    Givet ett giltigt meddelande skrivet i <form>
    När det sänds <hur> direkt till systemet
    Så tas det emot enligt <krav>

    Exempel:
      | form                                            | hur                | krav      |
      | UTF-8                                           | som vanligt        | RIV-R1012 |
      | UTF-8 med byte order mark                       | som vanligt        | RIV-R4001 |
      | UTF-8 med byte order mark, utan XML-deklaration | som vanligt        | RIV-R4001 |
      | UTF-8 utan XML-deklaration                      | som vanligt        | RIV-R1010 |
      | UTF-8 med en XML-deklaration utan encoding      | som vanligt        | RIV-R1010 |
      | UTF-8 med en XML-deklaration i gemener          | som vanligt        | RIV-R1010 |

  @RIV-XML
  Scenariomall: Ett meddelande som skrivs med <form> tas emot
    Givet ett giltigt meddelande omskrivet med <form>
    När det sänds som vanligt direkt till systemet
    Så tas det emot enligt RIV-XML

    Exempel:
      | form                      |
      | andra prefix              |
      | CDATA                     |
      | attribut i omvänd ordning |

  @RIV-XML
  Scenario: Vad systemet gör med kommentarer i och mellan elementen syns i rapporten
    Givet ett giltigt meddelande omskrivet med kommentarer
    När det sänds som vanligt direkt till systemet
    Så noteras om det avvisas, enligt RIV-XML

  Scenariomall: Vad systemet gör med ett meddelande i <form> syns i rapporten
    Givet ett giltigt meddelande skrivet i <form>
    När det sänds <hur> direkt till systemet
    Så noteras om det avvisas, enligt <krav>

    Exempel:
      | form                                              | hur                    | krav      |
      | UTF-8 med en XML-deklaration som säger ISO-8859-1 | som vanligt            | RIV-R1019 |
      | UTF-16 (little endian)                            | med charset=UTF-16     | RIV-R1012 |
      | UTF-16 (big endian)                               | med charset=UTF-16     | RIV-R1012 |
      | UTF-16 utan XML-deklaration                       | med charset=UTF-16     | RIV-R1012 |
      | UTF-16 utan byte order mark                       | med charset=UTF-16     | RIV-R1012 |
      | ISO-8859-1                                        | med charset=ISO-8859-1 | RIV-R1012 |
