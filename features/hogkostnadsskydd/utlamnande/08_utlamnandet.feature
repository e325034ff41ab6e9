# language: sv
@FPE-1.0
Egenskap: Varje begäran besvaras med ett utlämnande till rätt adress
  Det som systemet har på personen sänds i ett eget anrop, så snart begäran har kvitterats: ett för
  varje begäran, med begärans requestId, till den adress som begäran anger.

  @FPE-PAR
  Scenario: Den som tar emot en begäran sänder ett utlämnande
    Givet en testperson med besök
    När en invånare begär uppgifterna
    Så kommer ett utlämnande enligt FPE-PAR

  @FPE-UTLAMNANDE-ETT
  Scenariomall: <vem> får exakt ett utlämnande om en testperson <vad>
    Givet en testperson <vad>
    När <vem> begär uppgifterna
    Så kommer exakt ett utlämnande enligt FPE-UTLAMNANDE-ETT

    Exempel:
      | vem               | vad         |
      | en invånare       | med besök   |
      | en vårdgivare     | med frikort |
      | en invånare       | utan besök  |
      | en vårdnadshavare | utan besök  |
      | en vårdgivare     | utan besök  |

  @FPE-UTLAMNANDE-REQUESTID
  Scenario: Utlämnandet har begärans requestId
    Givet en testperson med besök
    När en invånare begär uppgifterna
    Så har utlämnandet begärans requestId enligt FPE-UTLAMNANDE-REQUESTID

  @FPE-REQUESTID-FORM
  Scenario: Utlämnandets requestId har ingen extension
    Givet en testperson med besök
    När en invånare begär uppgifterna
    Så är requestId ett UUID utan extension enligt FPE-REQUESTID-FORM

  @FPE-UTLAMNANDE-ADRESS
  Scenario: Två begäran med var sin svarsadress besvaras var för sig
    Givet en testperson med besök
    När två regioner begär uppgifterna, var och en till sin adress
    Så går varje utlämnande till sin begärans svarsadress enligt FPE-UTLAMNANDE-ADRESS

  @FPE-BEGARAN-FORST
  Scenario: Ett nytt besök lämnas inte ut förrän någon begär det
    Givet en testperson utan besök
    När ett besök registreras
    Så kommer inget utlämnande som ingen har begärt enligt FPE-BEGARAN-FORST

  @FPE-ADRESS-KALLA
  Scenario: En begäran till källsystemets HSA-id besvaras också
    Givet en testperson med besök
    När en invånare begär uppgifterna hos källsystemets HSA-id
    Så kommer ett utlämnande enligt FPE-ADRESS-KALLA

  @FPE-SLA-SAMTIDIGA
  Scenario: Tio samtidiga begäran besvaras med var sitt utlämnande
    Givet en testperson med besök
    När tio invånare begär uppgifterna samtidigt
    Så kommer exakt ett utlämnande på varje begäran enligt FPE-SLA-SAMTIDIGA
