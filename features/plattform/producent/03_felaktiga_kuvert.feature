# language: sv
@RIVTABP21
Egenskap: Det som inte är ett SOAP 1.1-kuvert avvisas

  Bakgrund:
    Givet att systemet tar emot ett vanligt anrop direkt

  @RIV-R1008
  Scenariomall: Ett meddelande med <form> avvisas, och expanderas aldrig
    Givet ett giltigt meddelande skrivet med <form>
    När det sänds som vanligt direkt till systemet
    Så avvisas det enligt RIV-R1008, och ingen entitet expanderas

    Exempel:
      | form                  |
      | en DTD                |
      | en DTD och en entitet |

  Scenariomall: Vad systemet gör med <form> syns i rapporten
    Givet ett giltigt meddelande skrivet med <form>
    När det sänds som vanligt direkt till systemet
    Så noteras om det tas emot, enligt <krav>

    Exempel:
      | form                     | krav      |
      | en processinstruktion    | RIV-R1009 |
      | två element i Body       | RIV-R9981 |
      | ett element efter Body   | RIV-R1011 |
      | ett kuvert utan namnrymd | RIV-R9700 |
      | ett kuvert i SOAP 1.2    | RIV-R9700 |

  @RIV-MUSTUNDERSTAND
  Scenario: Vad systemet gör med ett okänt SOAP-huvud som måste förstås syns i rapporten
    Givet ett giltigt meddelande skrivet med ett okänt SOAP-huvud som måste förstås
    När det sänds som vanligt direkt till systemet
    Så noteras om svaret inte är felet MustUnderstand

  @RIV-R1113
  Scenario: Statusen på svaret till oläsbar XML syns i rapporten
    Givet ett giltigt meddelande skrivet med avklippt XML
    När det sänds som vanligt direkt till systemet
    Så noteras om statusen är en annan än 400 eller 500
