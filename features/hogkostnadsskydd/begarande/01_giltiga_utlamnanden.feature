# language: sv
@FPE-1.0
Egenskap: Giltiga utlämnanden tas emot
  Den begärande parten svarar OK, eller INFO, på varje giltigt utlämnande till en begäran som den
  har sänt. Vad som är giltigt beror på vem begäran gjordes för.

  @FPE-UTLAMNANDE-SVAR
  Scenariomall: Ett utlämnande av <slag> tas emot
    Givet ett giltigt utlämnande av slaget "<slag>"
    När utlämnandet skickas till den begärande parten
    Så besvaras det med OK

    Exempel:
      | slag                                          |
      | frikort och transaktioner till invånare       |
      | frikort till invånare                         |
      | transaktioner till invånare                   |
      | frikort och transaktioner till vårdnadshavare |
      | frikort till vårdnadshavare                   |
      | transaktioner till vårdnadshavare             |
      | frikort till vårdgivare                       |
      | transaktioner till vårdgivare                 |
      | återbetald avgift                             |
      | transaktion utan belopp                       |
      | samordningsnummer                             |
      | nationellt reservnummer                       |
      | länkade identiteter                           |

  @FPE-rule001 @FPE-rule007
  Scenario: Ett besök i dag tas emot
    Givet ett giltigt utlämnande av slaget "besök i dag"
    När utlämnandet skickas till den begärande parten
    Så besvaras det med OK enligt FPE-rule001

  @FPE-rule002
  Scenario: Ett besök för exakt tolv månader sedan tas emot
    Givet ett giltigt utlämnande av slaget "besök för exakt tolv månader sedan"
    När utlämnandet skickas till den begärande parten
    Så besvaras det med OK enligt FPE-rule002

  Scenariomall: Vid gränsen för <krav>: <fall> tas emot
    Givet ett utlämnande med gränsfallet "<fall>"
    När utlämnandet skickas till den begärande parten
    Så besvaras det med OK enligt <krav>

    Exempel:
      | krav        | fall                        |
      | FPE-rule011 | valuta med tom klartext     |
      | FPE-rule014 | högkostnadsperiod utan slut |
      | FPE-rule015 | belopp ett öre              |
      | FPE-rule015 | återbetalning av ett öre    |
