# language: sv
@FPE-1.0 @vantan
Egenskap: Ett utlämnande sänds om tills det har besvarats, och sedan aldrig mer

  @FPE-OMSANDNING
  Scenariomall: Ett utlämnande som besvaras <hur> sänds om, oförändrat
    Givet en testperson med besök
    Och att systemets nästa anrop besvaras <hur>
    När en invånare begär uppgifterna
    Så sänds samma meddelande igen, oförändrat, enligt FPE-OMSANDNING

    Exempel:
      | hur                       |
      | med SOAP Fault            |
      | med VP009                 |
      | med en bruten förbindelse |

  @FPE-OMSANDNING-PAUS
  Scenario: Efter SOAP Fault väntar systemet innan det sänder om
    Givet en testperson med besök
    Och att systemets nästa anrop besvaras med SOAP Fault
    När en invånare begär uppgifterna
    Så går det minst den angivna pausen emellan enligt FPE-OMSANDNING-PAUS

  @FPE-OMSANDNING-ALDRIG
  Scenariomall: Ett utlämnande som besvaras med <kod> sänds inte om
    Givet en testperson med besök
    Och att den begärande parten svarar <kod> på utlämnanden
    När en invånare begär uppgifterna
    Så sänds det inte om enligt FPE-OMSANDNING-ALDRIG

    Exempel:
      | kod   |
      | OK    |
      | INFO  |
      | ERROR |
