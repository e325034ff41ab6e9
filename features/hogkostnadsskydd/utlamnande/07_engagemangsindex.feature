# language: sv
@FPE-1.0
Egenskap: Engagemangsindex uppdateras när något ändras
  Den som begär uppgifter hittar en källa genom engagemangsindex. Därför talar den utlämnande parten
  om för index så snart ett besök registreras eller makuleras.

  @FPE-EI-UPPDATERA
  Scenario: Ett nytt besök uppdaterar index
    Givet en testperson utan besök
    När ett besök registreras
    Så uppdateras engagemangsindex enligt FPE-EI-UPPDATERA

  @FPE-EI-UPPDATERA
  Scenario: En makulering uppdaterar index
    Givet en testperson med besök
    Och att index har fått veta det
    När besöket makuleras
    Så uppdateras engagemangsindex enligt FPE-EI-UPPDATERA

  @FPE-EI-POST
  Scenario: Indexposten har domänens fasta värden
    Givet en testperson utan besök
    När ett besök registreras
    Så har indexposten rätt värden enligt FPE-EI-POST

  @FPE-EI-SENAST
  Scenario: Indexposten har tiden för den senaste händelsen
    Givet en testperson med besök
    Och att index har fått veta det
    När ett besök registreras
    Så har indexposten händelsens tid enligt FPE-EI-SENAST

  @FPE-EI-EN-POST
  Scenario: Två besök är en och samma indexpost
    Givet en testperson med ett besök i dag
    När ett besök registreras
    Så gäller båda uppdateringarna samma indexpost enligt FPE-EI-EN-POST

  @FPE-EI-PATIENT
  Scenario: Ett personnummer skrivs med tolv tecken i indexposten
    Givet en testperson utan besök
    När ett besök registreras
    Så har indexposten ett nummer som index tar emot enligt FPE-EI-PATIENT

  @FPE-EI-PATIENT
  Scenario: Ett samordningsnummer skrivs med tolv tecken i indexposten
    Givet en testperson med samordningsnummer och besök
    När ett besök registreras
    Så har indexposten ett nummer som index tar emot enligt FPE-EI-PATIENT

  @FPE-PATIENT-LOKALT
  Scenario: Ett lokalt reservnummer sänds inte till index
    När ett besök på ett lokalt reservnummer registreras
    Så får index ingen post om det enligt FPE-PATIENT-LOKALT

  @FPE-EI-TILLGANGLIG
  Scenario: Det som index har fått veta går genast att hämta
    Givet en testperson med ett besök i dag
    Och att index har fått veta det
    När en invånare begär uppgifterna
    Så lämnas alla besök ut enligt FPE-EI-TILLGANGLIG

  @FPE-HEADER
  Scenario: Det som systemet sänder har en logisk adress
    Givet en testperson med besök
    När en invånare begär uppgifterna
    Så har varje meddelande LogicalAddress exakt en gång enligt FPE-HEADER

  @FPE-SOAPACTION
  Scenario: Det som systemet sänder har rätt SOAPAction
    Givet en testperson med besök
    När en invånare begär uppgifterna
    Så har varje meddelande rätt SOAPAction enligt FPE-SOAPACTION
