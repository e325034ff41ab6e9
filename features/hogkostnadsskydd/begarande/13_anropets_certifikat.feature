# language: sv
@FPE-1.0
Egenskap: Systemet anropar över ömsesidig TLS
  Prövas sist, så att inget som ska sändas om möter ett certifikat som är fel.

  @FPE-TLS
  Scenario: Systemet visar sitt funktionscertifikat när det anropar
    Givet att plattformen lyssnar med ömsesidig TLS
    Och en testperson som systemet kan fråga om
    När systemet begär uppgifterna för en invånare
    Så visar systemet ett eget certifikat i varje anrop enligt FPE-TLS

  @FPE-TLS @vantan
  Scenariomall: Systemet bryter när plattformens certifikat <brist>
    Givet att plattformen lyssnar med ömsesidig TLS
    Och en testperson som systemet kan fråga om
    När systemet ska begära uppgifterna medan plattformens certifikat <brist>
    Så bryter systemet förbindelsen innan något sänds enligt FPE-TLS

    Exempel:
      | brist                          |
      | är självsignerat               |
      | kommer från en okänd utfärdare |
      | har gått ut                    |
      | inte gäller än                 |

  @FPE-TLS @vantan
  Scenario: Om systemet prövar värdnamnet noteras
    Givet att plattformen lyssnar med ömsesidig TLS
    Och en testperson som systemet kan fråga om
    När systemet ska begära uppgifterna medan plattformens certifikat gäller en annan värd
    Så noteras om systemet bryter förbindelsen, för FPE-TLS
