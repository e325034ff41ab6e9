# language: sv
@FBC-1.1
Egenskap: Över hela körningen
  Sist ses allt som systemet har sänt under körningen igenom.

  @FBC-OMSANDNING-ALDRIG
  Scenario: Inget besvarat fakturaunderlag har sänts om
    Givet ett fakturaunderlag som har mottagits
    När felet rättas i systemet
    Så har inget besvarat fakturaunderlag i körningen sänts om enligt FBC-OMSANDNING-ALDRIG

  @FBC-ID
  Scenario: Inga två fakturaunderlag har samma id
    När systemet fakturerar vården
    Så har varje fakturaunderlag i körningen ett eget id enligt FBC-ID
