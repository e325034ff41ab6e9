# language: sv
@FPE-1.0
Egenskap: En giltig begäran besvaras genast med ett tomt svar
  Den utlämnande parten kvitterar varje begäran, vem som än frågar och vilket slags identitet den
  gäller. Det som systemet har på personen lämnas ut efteråt, i ett eget anrop.

  @FPE-KVITTENS
  Scenariomall: En giltig <begäran> besvaras med ett tomt svar
    Givet en giltig <begäran>
    När begäran skickas till den utlämnande parten
    Så besvaras den med ett tomt svar

    Exempel:
      | begäran                            |
      | begäran från invånare              |
      | begäran från vårdnadshavare        |
      | begäran från vårdgivare            |
      | begäran om samordningsnummer       |
      | begäran om nationellt reservnummer |
      | begäran om lokalt reservnummer     |

  @FPE-FORMAT-SCHEMA
  Scenario: Svaret på en begäran följer kontraktet
    Givet en giltig begäran från invånare
    När begäran skickas till den utlämnande parten
    Så följer svaret kontraktets schema
