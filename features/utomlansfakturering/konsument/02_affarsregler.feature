# language: sv
@FBC-1.1
Egenskap: Inget fakturaunderlag bryter mot en affärsregel
  Varje rad gäller en regel, i allt som systemet sänder. En regel som inget underlag säger något
  om är inte prövad.

  Scenariomall: <krav>: <regel>
    När systemet fakturerar vård av alla slag
    Så bryter inget fakturaunderlag mot <krav>

    Exempel:
      | krav    | regel                                                        |
      | FBC-R1  | Inga tomma element                                           |
      | FBC-R2  | Dokumentdatum är inte senare än dagens datum                 |
      | FBC-R3  | Säljaren anges med organisationsnummer, eventuellt även GLN  |
      | FBC-R4  | Fakturatyp är 380 eller 381                                  |
      | FBC-R5  | Belopp att betala stämmer med summan av nettobeloppen        |
      | FBC-R8  | Länskod har två tecken                                       |
      | FBC-R9  | Kommunkod har fyra tecken                                    |
      | FBC-R10 | Kön anges med tillåten kod                                   |
      | FBC-R11 | Slutenvård har vårdkontakt-id                                |
      | FBC-R12 | Avtalstyp är 1–3                                             |
      | FBC-R13 | Kapitel är 1–7                                               |
      | FBC-R14 | Ersättningstyp är 1 eller 2                                  |
      | FBC-R15 | Vårdform är öppenvård eller slutenvård                       |
      | FBC-R16 | Besökstyp är 1 eller 2                                       |
      | FBC-R17 | Vårdbesöket är inte senare än dokumentdatum                  |
      | FBC-R18 | Utskrivningen är inte före vårdbesöket                       |
      | FBC-R19 | Fakturaperiod har både start och slut                        |
      | FBC-R20 | Fakturaperioden är före dokumentdatum                        |
      | FBC-R21 | Fakturaperiodens slut är inte före dess start                |
      | FBC-R22 | Yrkeskod är en tillåten kod                                  |
      | FBC-R23 | Öppenvård har yrkeskod                                       |
      | FBC-R24 | Produktkategori är en tillåten kod                           |
      | FBC-R25 | Prislista är 1–6                                             |
      | FBC-R26 | Totalbelopp är antal gånger pris                             |
      | FBC-R27 | Bruttobeloppet stämmer med radens delbelopp                  |
      | FBC-R28 | Nettobeloppet är brutto med tillägg och avdrag               |
      | FBC-R29 | Kategori för nedsatt patientavgift är en tillåten kod        |
      | FBC-R30 | Vårdnivå är 1–4                                              |
      | FBC-R31 | Slutenvård har huvuddiagnos eller fakturaperiod              |
      | FBC-R33 | Ingen diagnos eller åtgärd när medicalFieldCode börjar på 9  |
      | FBC-R34 | Listningsenhet anges med HSA-id                              |
      | FBC-R35 | Valutan är svenska kronor                                    |
      | FBC-R36 | Krediteringsorsak är 1–9                                     |
      | FBC-R37 | Fakturaunderlagets id börjar på ZVF och har 23 tecken        |
      | FBC-R38 | Utskrivningen är inte senare än dokumentdatum                |
      | FBC-R39 | Kodade uppgifter har både kod och kodsystem                  |
      | FBC-R40 | Länskod har rätt kodsystem                                   |
      | FBC-R41 | Kommunkod har rätt kodsystem                                 |
      | FBC-R42 | DRG-kod anges enbart i originalText                          |
      | FBC-R43 | Radnummer är unika                                           |
      | FBC-R44 | Kategorisering har DRG-kostnad eller patientspecifik vård    |
      | FBC-R45 | DRG-kostnad har kod och pris                                 |
      | FBC-R46 | Köparen anges med organisationsnummer, eventuellt även GLN   |
      | FBC-R47 | Patientspecifik vård har kod, benämning, antal och pris      |
      | FBC-R48 | Parternas identiteter har rätt längd                         |
      | FBC-R49 | Medicinskt verksamhetsområde är en av Socialstyrelsens koder |
      | FBC-R50 | Avsnitt i riksavtalet är en tillåten kod                     |
      | FBC-R51 | Slutenvård har antal vårddagar                               |
      | FBC-R52 | Kreditfakturaunderlag hänvisar till det ursprungliga         |
      | FBC-ÖR7 | Exakt en patientidentitet                                    |
