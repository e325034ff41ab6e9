# language: sv
@FPE-1.0
Egenskap: Utlämnanden hör till en begäran, och kan komma från flera källor

  @FPE-TA-EMOT-OKAND
  Scenario: Ett utlämnande som ingen har begärt tas inte emot
    Givet ett utlämnande med ett requestId som systemet inte har sänt
    När utlämnandet skickas till den begärande parten
    Så tas det inte emot enligt FPE-TA-EMOT-OKAND

  @FPE-TA-EMOT-TOMT
  Scenariomall: Ett utlämnande av <slag> tas emot
    Givet ett giltigt utlämnande av slaget "<slag>"
    När utlämnandet skickas till den begärande parten
    Så besvaras det med OK enligt FPE-TA-EMOT-TOMT

    Exempel:
      | slag                          |
      | ingenting till invånare       |
      | ingenting till vårdnadshavare |
      | ingenting till vårdgivare     |

  @FPE-TA-EMOT-TOMT
  Scenario: En feeExemption utan innehåll tas emot
    Givet ett utlämnande vars feeExemption bara har patientens id
    När utlämnandet skickas till den begärande parten
    Så besvaras det med OK enligt FPE-TA-EMOT-TOMT

  @FPE-TA-EMOT-DUBBLETT
  Scenario: Samma utlämnande skickat två gånger besvaras med OK båda gångerna
    Givet ett giltigt utlämnande
    Och att utlämnandet har tagits emot
    När samma utlämnande skickas igen
    Så besvaras det med OK enligt FPE-TA-EMOT-DUBBLETT

  @FPE-TA-EMOT-FLERA
  Scenario: Tre källors utlämnanden på samma begäran tas emot
    Givet utlämnanden från 3 källor på samma begäran
    När var och en skickas av sin källa
    Så besvaras var och en med OK enligt FPE-TA-EMOT-FLERA
