# language: sv
@FPE-1.0
Egenskap: Vad som lämnas ut beror på vem som frågar och på vad som är registrerat

  @FPE-UTLAMNA-INVANARE
  Scenariomall: <vem> får både transaktioner och frikort
    Givet en testperson med frikort
    När <vem> begär uppgifterna
    Så lämnas både transaktioner, med platser, och frikort ut enligt FPE-UTLAMNA-INVANARE

    Exempel:
      | vem               |
      | en invånare       |
      | en vårdnadshavare |

  @FPE-UTLAMNA-INVANARE
  Scenario: Med en krona kvar till taket finns inget frikort, men alla besök
    Givet en testperson med en krona kvar till frikort
    När en invånare begär uppgifterna
    Så lämnas alla besök ut enligt FPE-UTLAMNA-INVANARE

  @FPE-UTLAMNA-VARDGIVARE
  Scenario: En vårdgivare får frikortet ensamt när det finns
    Givet en testperson med frikort
    När en vårdgivare begär uppgifterna
    Så lämnas frikortet ut ensamt enligt FPE-UTLAMNA-VARDGIVARE

  @FPE-UTLAMNA-VARDGIVARE
  Scenario: En vårdgivare får besöken utan platser när frikort saknas
    Givet en testperson med besök
    När en vårdgivare begär uppgifterna
    Så lämnas besöken ut utan platser enligt FPE-UTLAMNA-VARDGIVARE

  @FPE-UTLAMNA-ALLT
  Scenario: Det som finns på länkade identiteter lämnas också ut
    Givet en testperson med besök på två länkade identiteter
    När en invånare begär uppgifterna
    Så lämnas alla besök ut enligt FPE-UTLAMNA-ALLT

  @FPE-UTLAMNA-TOLV-MANADER
  Scenariomall: Av en testperson <vad> lämnas de senaste tolv månaderna ut
    Givet en testperson <vad>
    När en invånare begär uppgifterna
    Så lämnas alla besök ut enligt FPE-UTLAMNA-TOLV-MANADER

    Exempel:
      | vad                                         |
      | med ett besök för exakt tolv månader sedan  |
      | med ett besök för mer än tolv månader sedan |

  @FPE-UTLAMNA-ETT-FRIKORT
  Scenario: Den som har frikort får ett enda utlämnat
    Givet en testperson med frikort
    När en invånare begär uppgifterna
    Så lämnas ett enda frikort ut enligt FPE-UTLAMNA-ETT-FRIKORT

  @FPE-UTLAMNA-MAKULERAD
  Scenario: Ett makulerat besök lämnas inte ut
    Givet en testperson vars ena besök har makulerats
    När en invånare begär uppgifterna
    Så lämnas det makulerade besöket inte ut enligt FPE-UTLAMNA-MAKULERAD

  @FPE-FORMAT-BELOPP
  Scenario: Belopp skrivs i SEK med högst två decimaler
    Givet en testperson med ett belopp i ören
    När en invånare begär uppgifterna
    Så är beloppen rätt skrivna enligt FPE-FORMAT-BELOPP

  @FPE-FORMAT-TID
  Scenario: En avgift som just har registrerats har svensk tid
    Givet en testperson med ett besök i dag
    När en invånare begär uppgifterna
    Så är registreringstiden svensk tid enligt FPE-FORMAT-TID

  @FPE-PATIENT-FORM
  Scenario: Patientens id skrivs med tolv tecken
    Givet en testperson med besök
    När en invånare begär uppgifterna
    Så är patientens id rätt skrivet enligt FPE-PATIENT-FORM

  @FPE-FORMAT-SCHEMA
  Scenariomall: Utlämnandet till <vem> om en testperson <vad> är giltigt
    Givet en testperson <vad>
    När <vem> begär uppgifterna
    Så är utlämnandet giltigt enligt FPE-FORMAT-SCHEMA

    Exempel:
      | vem           | vad         |
      | en invånare   | med frikort |
      | en vårdgivare | med frikort |
      | en vårdgivare | utan besök  |
