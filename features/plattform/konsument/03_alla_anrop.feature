# language: sv
@RIVTABP21
Egenskap: Alla anrop som systemet gör följer profilen
  Varje anrop som systemet har gjort i körningen bedöms, också de som plattformen avvisade.

  Scenariomall: I varje anrop gäller: <vad>
    Givet att systemet har sänt ett anrop i körningen
    Så följer varje anrop <krav>

    Exempel:
      | vad                                               | krav             |
      | metoden är POST                                   | RIV-R1132        |
      | Content-Type finns                                | RIV-R9702        |
      | mediatypen är text/xml                            | RIV-R9703        |
      | charset är den teckenkodning som kroppen har      | RIV-R1018        |
      | teckenkodningen är UTF-8 eller UTF-16             | RIV-R1012        |
      | kroppen är ett SOAP 1.1-kuvert                    | RIV-R9700        |
      | kuvertet är XML 1.0                               | RIV-R9701        |
      | det finns ingen DTD                               | RIV-R1008        |
      | det finns inga processinstruktioner               | RIV-R1009        |
      | kuvertet är högst ett Header och sedan ett Body   | RIV-R1011        |
      | Body har högst ett element                        | RIV-R9981        |
      | elementet i Body har en namnrymd                  | RIV-R1014        |
      | elementet i Body är det som WSDL:en anger         | RIV-R2712        |
      | kuvertets element har inga SOAP-attribut          | RIV-R1032        |
      | encodingStyle används inte                        | RIV-R1005        |
      | mustUnderstand är 0 eller 1                       | RIV-R1013        |
      | tecken är hela                                    | RIV-TECKEN       |
      | SOAPAction står inom citattecken                  | RIV-R1109        |
      | SOAPAction är WSDL:ens värde                      | RIV-R2744        |
      | LogicalAddress finns en gång, ifylld              | RIV-BP-8d        |
      | routinghistoriken är inte satt av systemet själv  | RIV-RUTTHISTORIK |

  @RIV-BP-23
  Scenario: Vilken ursprunglig avsändare som anges syns i rapporten
    Givet att systemet har sänt ett anrop i körningen
    Så visas den ursprungliga avsändaren i varje anrop
