# language: sv
@FBC-1.1
Egenskap: Varje fakturaunderlag som sänds är giltigt
  Systemet validerar med schema och regler innan det sänder, så inget fel når plattformen.

  @FBC-VALIDERA-KONSUMENT
  Scenariomall: Fakturaunderlaget för <slag> är giltigt
    När systemet fakturerar vård av slaget "<slag>"
    Så sänds ett giltigt fakturaunderlag för "<slag>" enligt FBC-VALIDERA-KONSUMENT

    Exempel:
      | slag                                    |
      | öppen vård                              |
      | sluten vård                             |
      | DRG                                     |
      | patientspecifik vård                    |
      | delfakturering                          |
      | asylsökande                             |
      | flera patienter och rader               |
      | betalningsförbindelse                   |
      | verksamhetsområde utan diagnos          |
      | säljare med organisationsnummer och GLN |
      | samordningsnummer                       |
      | lokalt reservnummer                     |
      | nationellt reservnummer                 |
      | kredit                                  |
