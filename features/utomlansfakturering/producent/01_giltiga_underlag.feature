# language: sv
@FBC-1.1
Egenskap: Giltiga fakturaunderlag tas emot
  Den köpande regionens system svarar OK på varje giltigt slag av fakturaunderlag.

  @FBC-SVAR-OK
  Scenariomall: Fakturaunderlag för <slag> tas emot
    Givet ett giltigt fakturaunderlag av slaget "<slag>"
    När den säljande regionen skickar fakturaunderlaget
    Så besvaras det med OK

    Exempel:
      | slag                                    |
      | öppen vård                              |
      | sluten vård                             |
      | DRG                                     |
      | patientspecifik vård                    |
      | delfakturering                          |
      | asylsökande                             |
      | flera patienter och rader               |
      | kredit                                  |
      | betalningsförbindelse                   |
      | verksamhetsområde utan diagnos          |
      | säljare med organisationsnummer och GLN |

  @FBC-SVAR-OK @FBC-FORMAT-IDENTITET
  Scenariomall: Fakturaunderlag för patient med <identitet> tas emot
    Givet ett giltigt fakturaunderlag av slaget "<identitet>"
    När den säljande regionen skickar fakturaunderlaget
    Så besvaras det med OK enligt FBC-FORMAT-IDENTITET

    Exempel:
      | identitet               |
      | samordningsnummer       |
      | lokalt reservnummer     |
      | nationellt reservnummer |

  @FBC-R5
  Scenariomall: En krona i öresavrundning (<kronor>) tas emot
    Givet ett fakturaunderlag vars totalbelopp skiljer <kronor> krona från nettosumman
    När den säljande regionen skickar fakturaunderlaget
    Så besvaras det med OK enligt FBC-R5

    Exempel:
      | kronor |
      | 1      |
      | -1     |

  @FBC-FORMAT-BELOPP
  Scenariomall: Belopp som skrivs <form> tas emot
    Givet ett fakturaunderlag vars belopp skrivs <form>
    När den säljande regionen skickar fakturaunderlaget
    Så besvaras det med OK enligt FBC-FORMAT-BELOPP

    Exempel:
      | form              |
      | utan decimaler    |
      | med en decimal    |
      | med två decimaler |

  @FBC-TILLAGG
  Scenario: Tilläggselement i en främmande namnrymd tas emot
    Givet ett fakturaunderlag med tilläggselement i en främmande namnrymd
    När den säljande regionen skickar fakturaunderlaget
    Så besvaras det med OK enligt FBC-TILLAGG

  @FBC-TECKEN
  Scenariomall: Texten <text> tas emot
    Givet ett fakturaunderlag med texten "<text>"
    När den säljande regionen skickar fakturaunderlaget
    Så besvaras det med OK enligt FBC-TECKEN

    Exempel:
      | text                   |
      | Ångermanälvens hälsocentral |
      | Smärta & <rehab> "ö"   |
      | Ĺåḿḿ 𝔐 😀              |

  Scenariomall: Vid gränsen för <krav>: <fall> tas emot
    Givet ett fakturaunderlag med gränsfallet "<fall>"
    När den säljande regionen skickar fakturaunderlaget
    Så besvaras det med OK enligt <krav>

    Exempel:
      | krav    | fall                                             |
      | FBC-R10 | kön 0                                            |
      | FBC-R10 | kön 9                                            |
      | FBC-R12 | avtalstyp 3                                      |
      | FBC-R13 | kapitel 7                                        |
      | FBC-R14 | ersättningstyp 1                                 |
      | FBC-R16 | besökstyp 2                                      |
      | FBC-R17 | vård på dokumentdatum                            |
      | FBC-R18 | utskrivning samma dag som vården började         |
      | FBC-R20 | faktureringsperiod till dagen före dokumentdatum |
      | FBC-R21 | faktureringsperiod på en dag                     |
      | FBC-R22 | yrkeskod OV                                      |
      | FBC-R24 | produktkategori 99                               |
      | FBC-R25 | prislista 6                                      |
      | FBC-R29 | kategori för nedsatt avgift 99                   |
      | FBC-R30 | vårdnivå 4                                       |
      | FBC-R36 | krediteringsorsak 9                              |
      | FBC-R38 | utskrivning på dokumentdatum                     |
      | FBC-R40 | länskod 99 utan kodverk                          |
      | FBC-R41 | kommunkod 9901 utan kodverk                      |
      | FBC-R49 | verksamhetsområde 003                            |
      | FBC-R50 | avsnitt 4.4 i Riksavtalet                        |
