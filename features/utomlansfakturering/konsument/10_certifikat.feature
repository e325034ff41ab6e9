# language: sv
@FBC-1.1
Egenskap: Systemet anropar över ömsesidig TLS

  @FBC-TLS
  Scenario: Systemet visar sitt funktionscertifikat
    Givet att plattformen lyssnar med ömsesidig TLS
    När systemet fakturerar vården
    Så visar systemet sitt klientcertifikat enligt FBC-TLS

  @FBC-TLS @vantan
  Scenariomall: Systemet bryter när plattformens certifikat <brist>
    Givet att plattformen lyssnar med ömsesidig TLS
    När systemet ska fakturera vården medan plattformens certifikat <brist>
    Så bryter systemet förbindelsen innan något sänds enligt FBC-TLS

    Exempel:
      | brist                          |
      | är självsignerat               |
      | kommer från en okänd utfärdare |
      | har gått ut                    |
      | inte gäller än                 |

  @FBC-TLS @vantan
  Scenario: Om systemet prövar värdnamnet noteras
    Givet att plattformen lyssnar med ömsesidig TLS
    När systemet ska fakturera vården medan plattformens certifikat gäller en annan värd
    Så noteras om systemet bryter förbindelsen, för FBC-TLS
