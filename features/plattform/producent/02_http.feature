# language: sv
@RIVTABP21
Egenskap: HTTP används som profilen och HTTP/1.1 säger

  Bakgrund:
    Givet att systemet tar emot ett vanligt anrop direkt

  Scenariomall: Ett anrop <hur> tas emot
    Givet ett giltigt meddelande skrivet i UTF-8
    När det sänds <hur> direkt till systemet
    Så tas det emot enligt <krav>

    Exempel:
      | hur                                   | krav       |
      | med okända huvuden x-rivta-*          | RIV-HEADER |
      | med x-rivta-acting-on-behalf-of-hsaid | RIV-HEADER |
      | med huvudnamn i versaler              | RIV-HEADER |
      | med charset i gemener och citattecken | RIV-HEADER |

  @RIV-R1114
  Scenario: GET behandlas inte som ett anrop
    Givet ett giltigt meddelande skrivet i UTF-8
    När det sänds med GET direkt till systemet
    Så behandlas det inte som ett anrop

  @RIV-R1114
  Scenario: Vad systemet gör med PUT syns i rapporten
    Givet ett giltigt meddelande skrivet i UTF-8
    När det sänds med PUT direkt till systemet
    Så noteras om det tas emot, enligt RIV-R1114

  Scenariomall: Vad systemet gör med ett anrop <hur> syns i rapporten
    Givet ett giltigt meddelande skrivet i UTF-8
    När det sänds <hur> direkt till systemet
    Så noteras om det avvisas, enligt <krav>

    Exempel:
      | hur                             | krav             |
      | i stycken                       | RIV-HTTP-CHUNKAD |
      | med Expect: 100-continue        | RIV-HTTP-EXPECT  |
      | utan charset                    | RIV-R1018        |
      | med tomt SOAPAction             | RIV-R1127        |
      | med SOAPAction utan citattecken | RIV-R1127        |
      | med ett annat SOAPAction        | RIV-R1127        |
      | utan SOAPAction                 | RIV-R1127        |

  @RIV-R1115
  Scenariomall: Vad systemet gör med ett anrop <hur>, som bör avvisas, syns i rapporten
    Givet ett giltigt meddelande skrivet i UTF-8
    När det sänds <hur> direkt till systemet
    Så noteras om det tas emot, enligt RIV-R1115

    Exempel:
      | hur                      |
      | som application/soap+xml |
      | som text/plain           |
      | som application/json     |
      | utan Content-Type        |

  @RIV-R1140
  Scenario: Systemets HTTP-version syns i rapporten
    Givet ett giltigt meddelande skrivet i UTF-8
    När det sänds som vanligt direkt till systemet
    Så noteras om svaret är i HTTP/1.0

  @RIV-BP-19
  Scenario: Om systemets adress följer profilens form syns i rapporten
    Så visas om adressen har profil och huvudversion
