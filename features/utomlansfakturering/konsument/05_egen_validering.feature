# language: sv
@FBC-1.1
Egenskap: Det egna systemet stoppar felaktiga uppgifter
  Systemet validerar innan det sänder. Det som inte går igenom sänds inte, och systemet visar varför.

  @FBC-VALIDERA-KONSUMENT
  Scenariomall: <uppgifter> faktureras inte
    Givet uppgifter om <uppgifter>
    När systemet ska fakturera vården
    Så sänds det inte, och systemet säger varför, enligt FBC-VALIDERA-KONSUMENT

    Exempel:
      | uppgifter                           |
      | vård som inte har ägt rum än        |
      | utskrivning före inskrivning        |
      | utskrivning som inte har ägt rum än |
