# language: sv
@FBC-1.1
Egenskap: Uppgifterna i fakturaunderlaget är de registrerade, på rätt form

  @FBC-FORMAT-IDENTITET
  Scenariomall: En patient med <identitet> anges med rätt identitet
    Givet en patient med <identitet>
    När systemet fakturerar vården
    Så har patienten den registrerade identiteten enligt FBC-FORMAT-IDENTITET

    Exempel:
      | identitet               |
      | personnummer            |
      | samordningsnummer       |
      | nationellt reservnummer |
      | lokalt reservnummer     |

  @FBC-FORMAT-BELOPP
  Scenariomall: Beloppet <belopp> skrivs rätt
    Givet vård till priset <belopp> kronor
    När systemet fakturerar vården
    Så är beloppen rätt och rätt skrivna enligt FBC-FORMAT-BELOPP

    Exempel:
      | belopp     |
      | 1800       |
      | 999.95     |
      | 1234567.10 |
      | 0.50       |

  @FBC-FORMAT-TID
  Scenario: Datum och klockslag i öppen vård är svensk lokal tid
    När systemet fakturerar vården
    Så är datum och klockslag i svensk tid enligt FBC-FORMAT-TID

  @FBC-FORMAT-TID
  Scenario: Datum och klockslag i sluten vård är svensk lokal tid
    Givet inskriven vård
    När systemet fakturerar vården
    Så är datum och klockslag i svensk tid enligt FBC-FORMAT-TID

  @FBC-TECKEN
  Scenariomall: Texten <text> kommer oskadd fram
    Givet en notering med texten "<text>"
    När systemet fakturerar vården
    Så kommer noteringen oskadd fram enligt FBC-TECKEN

    Exempel:
      | text                        |
      | Ångermanälvens hälsocentral |
      | Smärta & <rehab> "ö" 'ä'    |
      | Ĺåḿḿ 𝔐 😀                   |
