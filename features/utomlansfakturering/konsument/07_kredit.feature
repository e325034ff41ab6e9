# language: sv
@FBC-1.1
Egenskap: Ett felaktigt fakturaunderlag rättas
  Efter OK krediteras det och ersätts (flöde 2). Efter ERROR är inget mottaget, och ett nytt sänds (flöde 2a).

  @FBC-KREDIT
  Scenario: Ett mottaget fakturaunderlag krediteras och ersätts
    Givet ett fakturaunderlag som har mottagits
    När felet rättas i systemet
    Så sänds en kredit av originalet enligt FBC-KREDIT
    Och därefter ett nytt fakturaunderlag med rätt belopp enligt FBC-KREDIT

  @FBC-KREDIT-BOR
  Scenario: Krediten anger faktura, rad och orsak
    Givet ett fakturaunderlag som har mottagits
    När felet rättas i systemet
    Så anger krediten faktura, rad och orsak enligt FBC-KREDIT-BOR

  @FBC-KREDIT-EJ-STOPPAD
  Scenario: Ett avvisat fakturaunderlag krediteras inte
    Givet ett fakturaunderlag som har avvisats
    När felet rättas i systemet
    Så sänds ingen kredit enligt FBC-KREDIT-EJ-STOPPAD
    Och ett nytt fakturaunderlag med rätt belopp sänds enligt FBC-KREDIT-EJ-STOPPAD
