# language: sv
@FBC-1.1
Egenskap: Fakturaunderlag som bryter mot en affärsregel avvisas
  Varje rad bryter mot en enda regel. Systemet svarar ERROR med en kommentar som anger just den
  regeln; ett avvisande av annat skäl räknas inte.

  @FBC-SVAR-ERROR @FBC-SVAR-KOMMENTAR @FBC-VALIDERA-PRODUCENT
  Scenariomall: <krav> bruten: <fel>
    Givet ett fakturaunderlag med felet "<fel>"
    När den säljande regionen skickar fakturaunderlaget
    Så besvaras det med ERROR enligt <krav>
    Och anger kommentaren regeln för <krav>

    Exempel:
      | krav    | fel                                      |
      | FBC-R1  | tomt fakturanummer                       |
      | FBC-R1  | tomt tilläggselement                     |
      | FBC-R2  | dokumentdatum i framtiden                |
      | FBC-R3  | säljare med enbart GLN                   |
      | FBC-R4  | fakturatyp 382                           |
      | FBC-R5  | totalbelopp två kronor för högt          |
      | FBC-R5  | totalbelopp 250 kronor för lågt          |
      | FBC-R8  | länskod med en siffra                    |
      | FBC-R9  | kommunkod med tre siffror                |
      | FBC-R10 | kön 3                                    |
      | FBC-R11 | sluten vård utan vårdkontakt             |
      | FBC-R12 | avtalstyp 4                              |
      | FBC-R13 | kapitel 8                                |
      | FBC-R14 | ersättningstyp 3                         |
      | FBC-R15 | vårdform 03                              |
      | FBC-R16 | besökstyp 3                              |
      | FBC-R17 | vård efter dokumentdatum                 |
      | FBC-R18 | utskrivning före vårdens start           |
      | FBC-R19 | faktureringsperiod utan slut             |
      | FBC-R20 | faktureringsperiod efter dokumentdatum   |
      | FBC-R21 | faktureringsperiod baklänges             |
      | FBC-R22 | yrkeskod XX                              |
      | FBC-R23 | öppen vård utan yrkeskod                 |
      | FBC-R24 | produktkategori 05                       |
      | FBC-R25 | prislista 7                              |
      | FBC-R26 | patientspecifik vård fel multiplicerad   |
      | FBC-R27 | bruttobelopp stämmer inte med delarna    |
      | FBC-R27 | bruttobelopp utan avdragen patientavgift |
      | FBC-R28 | nettobelopp stämmer inte med brutto      |
      | FBC-R29 | kategori för nedsatt avgift 06           |
      | FBC-R30 | vårdnivå 5                               |
      | FBC-R31 | sluten vård utan huvuddiagnos            |
      | FBC-R33 | diagnos vid verksamhetsområde 901        |
      | FBC-R34 | listningsenhet med fel root              |
      | FBC-R35 | valuta EUR                               |
      | FBC-R35 | valuta med fel kodverk                   |
      | FBC-R36 | krediteringsorsak 0                      |
      | FBC-R37 | id med fel inledning                     |
      | FBC-R37 | id med 22 tecken                         |
      | FBC-R38 | utskrivning efter dokumentdatum          |
      | FBC-R39 | diagnoskod utan kodverk                  |
      | FBC-R39 | åtgärdskod utan kod                      |
      | FBC-R39 | kön utan kodverk                         |
      | FBC-R39 | verksamhetskod utan kodverk              |
      | FBC-R39 | vårdform utan kodverk                    |
      | FBC-R39 | läkemedelskod utan kodverk               |
      | FBC-R40 | länskod 99 med kodverk                   |
      | FBC-R40 | länskod utan kodverk                     |
      | FBC-R41 | kommunkod 9901 med kodverk               |
      | FBC-R41 | kommunkod med fel kodverk                |
      | FBC-R42 | DRG-kod med code                         |
      | FBC-R43 | samma lineId två gånger                  |
      | FBC-R44 | kategorisering utan pris                 |
      | FBC-R45 | DRG-kostnad utan DRG-kod                 |
      | FBC-R46 | köpare med enbart GLN                    |
      | FBC-R47 | patientspecifik vård utan kod            |
      | FBC-R48 | säljare med nio siffror                  |
      | FBC-R48 | köpare med elva siffror                  |
      | FBC-R49 | verksamhetsområde 123                    |
      | FBC-R50 | avsnitt 4.2 i Riksavtalet                |
      | FBC-R51 | sluten vård utan vårddagar               |
      | FBC-R52 | kredit utan hänvisning                   |

  @FBC-SVAR-ERROR @FBC-SVAR-KOMMENTAR @FBC-VALIDERA-PRODUCENT
  Scenariomall: <krav> bruten med minsta möjliga: <fel>
    Givet ett fakturaunderlag med felet "<fel>"
    När den säljande regionen skickar fakturaunderlaget
    Så besvaras det med ERROR enligt <krav>
    Och anger kommentaren regeln för <krav>

    Exempel:
      | krav    | fel                                      |
      | FBC-R5  | totalbelopp två kronor för lågt          |
      | FBC-R5  | totalbelopp 1,01 kronor för högt         |
      | FBC-R8  | länskod med tre siffror                  |
      | FBC-R9  | kommunkod med fem siffror                |
      | FBC-R12 | avtalstyp 0                              |
      | FBC-R13 | kapitel 0                                |
      | FBC-R14 | ersättningstyp 0                         |
      | FBC-R15 | vårdform 00                              |
      | FBC-R16 | besökstyp 0                              |
      | FBC-R18 | utskrivning dagen före vårdens start     |
      | FBC-R21 | faktureringsperiod baklänges en dag      |
      | FBC-R22 | yrkeskod lk                              |
      | FBC-R24 | produktkategori 00                       |
      | FBC-R25 | prislista 0                              |
      | FBC-R26 | patientspecifik vård ett öre fel         |
      | FBC-R27 | bruttobelopp ett öre fel                 |
      | FBC-R28 | nettobelopp ett öre fel                  |
      | FBC-R29 | kategori för nedsatt avgift 00           |
      | FBC-R30 | vårdnivå 0                               |
      | FBC-R33 | enbart diagnos vid verksamhetsområde 901 |
      | FBC-R33 | åtgärd vid verksamhetsområde 901         |
      | FBC-R35 | valuta sek                               |
      | FBC-R35 | valuta EUR på en rad                     |
      | FBC-R36 | krediteringsorsak 10                     |
      | FBC-R37 | id med små bokstäver                     |
      | FBC-R39 | diagnoskod utan kod                      |
      | FBC-R39 | åtgärdskod utan kodverk                  |
      | FBC-R39 | kön utan kod                             |
      | FBC-R39 | verksamhetskod utan kod                  |
      | FBC-R39 | vårdform utan kod                        |
      | FBC-R39 | läkemedelskod utan kod                   |
      | FBC-R40 | länskod med fel kodverk                  |
      | FBC-R41 | kommunkod utan kodverk                   |
      | FBC-R43 | samma lineId hos två patienter           |
      | FBC-R47 | patientspecifik vård utan kodnamn        |
      | FBC-R48 | säljare med GLN på tolv siffror          |
