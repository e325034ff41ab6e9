# language: sv
@FPE-1.0
Egenskap: Utlämnandet håller affärsreglerna för den som har frågat
  Varje regel prövas på ett utlämnande som den angår: om en testperson som har det regeln talar om,
  och på begäran av den som regeln gäller för.

  Scenariomall: <krav> hålls när <vem> frågar om en testperson <vad>
    Givet en testperson <vad>
    När <vem> begär uppgifterna
    Så håller utlämnandet <krav>
    Och innehåller utlämnandet <innehåll>

    Exempel:
      | krav        | vem               | vad                                         | innehåll      |
      | FPE-rule001 | en invånare       | med ett besök i dag                         | transaktioner |
      | FPE-rule002 | en invånare       | med ett besök för exakt tolv månader sedan  | transaktioner |
      | FPE-rule002 | en invånare       | med ett besök för mer än tolv månader sedan | transaktioner |
      | FPE-rule002 | en vårdgivare     | med ett besök för mer än tolv månader sedan | transaktioner |
      | FPE-rule003 | en invånare       | med frikort                                 | frikort       |
      | FPE-rule003 | en vårdgivare     | med frikort                                 | frikort       |
      | FPE-rule004 | en invånare       | med besök                                   | transaktioner |
      | FPE-rule005 | en vårdgivare     | med besök                                   | transaktioner |
      | FPE-rule006 | en invånare       | med ett besök i dag                         | transaktioner |
      | FPE-rule007 | en invånare       | med ett besök i dag                         | transaktioner |
      | FPE-rule008 | en invånare       | med besök                                   | transaktioner |
      | FPE-rule008 | en vårdgivare     | med frikort                                 | frikort       |
      | FPE-rule009 | en invånare       | med besök                                   | transaktioner |
      | FPE-rule010 | en invånare       | med besök                                   | transaktioner |
      | FPE-rule011 | en invånare       | med besök                                   | transaktioner |
      | FPE-rule012 | en invånare       | med besök                                   | transaktioner |
      | FPE-rule012 | en vårdgivare     | med besök                                   | transaktioner |
      | FPE-rule013 | en invånare       | med besök                                   | transaktioner |
      | FPE-rule014 | en invånare       | med frikort                                 | frikort       |
      | FPE-rule014 | en vårdgivare     | med frikort                                 | frikort       |
      | FPE-rule015 | en invånare       | med ett avgiftsfritt besök                  | transaktioner |
      | FPE-rule015 | en vårdgivare     | med ett avgiftsfritt besök                  | transaktioner |
      | FPE-rule016 | en invånare       | med besök                                   | transaktioner |
      | FPE-rule016 | en vårdnadshavare | med besök                                   | transaktioner |
      | FPE-rule018 | en vårdgivare     | med frikort                                 | frikort       |

  @FPE-rule008
  Scenario: FPE-rule008 hålls för en testperson med samordningsnummer
    Givet en testperson med samordningsnummer och besök
    När en invånare begär uppgifterna
    Så håller utlämnandet FPE-rule008
    Och innehåller utlämnandet transaktioner

  @FPE-rule017
  Scenario: En vårdgivare får alla registrerade besök när frikort saknas
    Givet en testperson med besök
    När en vårdgivare begär uppgifterna
    Så lämnas alla besök ut enligt FPE-rule017
