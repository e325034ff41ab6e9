# language: sv
@RIVTABP21
Egenskap: Alla svar i körningen följer profilen
  Varje svar som systemet har gett i körningen bedöms, till plattformen och direkt. Har det inte gett något, sänds ett anrop.

  @RIV-R1121
  Scenario: Ett anrop utan kakor tas emot
    Givet ett giltigt meddelande skrivet i UTF-8
    När det sänds som vanligt direkt till systemet
    Så krävs ingen kaka för att det ska tas emot

  Scenariomall: I varje svar gäller: <vad>
    Givet att systemet har besvarat både ett giltigt anrop och ett oläsbart
    Så följer varje svar <krav>

    Exempel:
      | vad                                                  | krav                  |
      | Content-Type finns                                   | RIV-R9702             |
      | mediatypen är text/xml                               | RIV-R9703             |
      | charset är den teckenkodning som kroppen har         | RIV-R1018             |
      | teckenkodningen är UTF-8 eller UTF-16                | RIV-R1012             |
      | kroppen är ett SOAP 1.1-kuvert                       | RIV-R9700             |
      | kuvertet är XML 1.0                                  | RIV-R9701             |
      | det finns ingen DTD                                  | RIV-R1008             |
      | det finns inga processinstruktioner                  | RIV-R1009             |
      | kuvertet är högst ett Header och sedan ett Body      | RIV-R1011             |
      | Body har högst ett element                           | RIV-R9981             |
      | elementet i Body har en namnrymd                     | RIV-R1014             |
      | elementet i Body är det som WSDL:en anger            | RIV-R2712             |
      | kuvertets element har inga SOAP-attribut             | RIV-R1032             |
      | encodingStyle används inte                           | RIV-R1005             |
      | mustUnderstand är 0 eller 1                          | RIV-R1013             |
      | tecken är hela                                       | RIV-TECKEN            |
      | ett svar som inte är ett fel har status 2xx          | RIV-R1124             |
      | ett lyckat svar har status 200                       | RIV-R1111             |
      | ingen omdirigering görs utom med 307                 | RIV-R1130             |
      | svaret är inte komprimerat                           | RIV-HTTP-KOMPRIMERING |
      | ett SOAP Fault har status 500                        | RIV-R1126             |
      | ett SOAP Fault har bara sina fyra element            | RIV-R1000             |
      | felets element saknar namnrymd                       | RIV-R1001             |
      | felkoden är SOAP 1.1:s eller ett eget QName          | RIV-R1004             |
      | felkoden har inga underkoder med punkt               | RIV-R1031             |
