# language: sv
@FBC-1.1
Egenskap: Ett stört svar gör att inget fakturaunderlag förloras eller dubbleras
  Det som inte är kontraktets svar är varken OK eller ERROR. Ett svar som är rätt skrivet på ett
  annat sätt är ett svar.

  @FBC-STORT-SVAR @vantan
  Scenariomall: Första svaret är <svar>
    Givet att det första svaret är <svar>
    När systemet fakturerar vården
    Så går fakturaunderlaget varken förlorat eller dubbelt iväg enligt FBC-STORT-SVAR

    Exempel:
      | svar               |
      | tomt               |
      | en webbsida        |
      | avbrutet i förtid  |
      | brutet mitt i      |
      | HTTP 400 utan SOAP |
      | HTTP 404 utan SOAP |
      | HTTP 503 utan SOAP |

  @FBC-SVAR-LASES
  Scenariomall: Svaret kommer <hur>
    Givet att svaret kommer <hur>
    När systemet fakturerar vården
    Så läser systemet svaret enligt FBC-SVAR-LASES

    Exempel:
      | hur                                    |
      | med andra prefix                       |
      | med standardnamnrymd                   |
      | med kommentarer                        |
      | med CDATA                              |
      | med BOM                                |
      | utan XML-deklaration                   |
      | med XML-deklaration utan teckenkodning |
      | bitvis (chunked)                       |
      | med 100 Continue före                  |
      | långsamt                               |
      | efter en stund                         |
      | med okänd SOAP Header                  |

  @FBC-SVAR-LASES @vantan
  Scenario: En SOAP Fault med xml:lang och egna detaljer är en SOAP Fault
    Givet att hemregionen svarar SOAP Fault med xml:lang och egna detaljer
    När systemet fakturerar vården
    Och hemregionen därefter svarar OK
    Så sänds samma fakturaunderlag igen, oförändrat, enligt FBC-SVAR-LASES
