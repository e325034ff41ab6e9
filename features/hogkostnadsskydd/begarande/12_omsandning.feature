# language: sv
@FPE-1.0 @vantan
Egenskap: En begäran sänds om tills den har besvarats

  @FPE-OMSANDNING
  Scenariomall: En begäran som besvaras <hur> sänds om, oförändrad
    Givet en testperson som systemet kan fråga om
    Och att systemets nästa anrop besvaras <hur>
    När systemet begär uppgifterna för en invånare
    Så sänds samma meddelande igen, oförändrat, enligt FPE-OMSANDNING

    Exempel:
      | hur                       |
      | med SOAP Fault            |
      | med VP009                 |
      | med en bruten förbindelse |

  @FPE-OMSANDNING-PAUS
  Scenario: Efter SOAP Fault väntar systemet innan det sänder om
    Givet en testperson som systemet kan fråga om
    Och att systemets nästa anrop besvaras med SOAP Fault
    När systemet begär uppgifterna för en invånare
    Så går det minst den angivna pausen emellan enligt FPE-OMSANDNING-PAUS
