# language: sv
@FBC-1.1 @vantan
Egenskap: Ett fakturaunderlag sänds om tills det har besvarats, och sedan aldrig mer

  @FBC-OMSANDNING-NAR
  Scenariomall: Ett anrop som besvaras <hur> sänds om, oförändrat
    Givet att det första anropet besvaras <hur>
    När systemet fakturerar vården
    Så sänds samma fakturaunderlag igen, oförändrat, enligt FBC-OMSANDNING-NAR
    Och visas fakturaunderlaget till slut som mottaget enligt FBC-OMSANDNING-NAR

    Exempel:
      | hur                       |
      | med SOAP Fault            |
      | med VP009                 |
      | med en bruten förbindelse |
      | inte alls                 |

  @FBC-OMSANDNING-ALDRIG
  Scenariomall: Ett fakturaunderlag som besvaras med <kod> sänds inte om
    Givet att hemregionen svarar <kod>
    När systemet fakturerar vården
    Så sänds fakturaunderlaget inte om enligt FBC-OMSANDNING-ALDRIG

    Exempel:
      | kod   |
      | OK    |
      | ERROR |

  @FBC-OMSANDNING-PAUS
  Scenariomall: Pausen mellan försöken följer inställningen <paus> ms
    Givet att systemet är inställt på <paus> ms mellan försöken
    Och att hemregionen svarar SOAP Fault de första 1 gångerna
    När systemet fakturerar vården
    Så går det den inställda pausen mellan försöken enligt FBC-OMSANDNING-PAUS

    Exempel:
      | paus |
      | 300  |
      | 1200 |

  @FBC-OMSANDNING-PAUS
  Scenario: Pausen är 5000 ms när inget annat är inställt
    När systemet fakturerar vården
    Så var pausen 5000 ms när provet började enligt FBC-OMSANDNING-PAUS

  @FBC-OMSANDNING-BACKOFF
  Scenario: Pausen växer för varje försök
    Givet att systemet är inställt på 200 ms, som fördubblas
    Och att hemregionen svarar SOAP Fault de första 3 gångerna
    När systemet fakturerar vården
    Så växer pausen mellan försöken enligt FBC-OMSANDNING-BACKOFF

  @FBC-OMSANDNING-GRANS
  Scenariomall: Efter <antal> försök ger systemet upp
    Givet att systemet är inställt på högst <antal> försök
    Och att hemregionen alltid svarar SOAP Fault
    När systemet fakturerar vården
    Så görs så många försök och sedan inget mer enligt FBC-OMSANDNING-GRANS

    Exempel:
      | antal |
      | 2     |
      | 3     |

  @FBC-OMSANDNING-GRANS
  Scenario: Systemet väntar på svaret så länge som det är inställt på
    Givet att systemet är inställt på att vänta 2000 ms på svar
    Och att det första anropet aldrig besvaras
    När systemet fakturerar vården
    Så väntar systemet så länge på svaret, och inte längre, enligt FBC-OMSANDNING-GRANS

  @FBC-OMSANDNING-KO
  Scenario: En region i svårigheter håller inte upp de andra
    När systemet fakturerar vård till en region i svårigheter, och sedan vården
    Så kommer vården fram utan att vänta på den andra regionen enligt FBC-OMSANDNING-KO
