# language: sv
@FBC-1.1
Egenskap: Fakturan sänds när fakturaunderlaget har mottagits

  @FBC-FAKTURA-EFTER-OK
  Scenario: Efter OK släpps fakturan
    Givet att hemregionen svarar OK
    När systemet fakturerar vården
    Så är fakturan frisläppt efter OK enligt FBC-FAKTURA-EFTER-OK

  @FBC-FAKTURA-EFTER-OK
  Scenario: Efter ERROR hålls fakturan
    Givet att hemregionen svarar ERROR
    När systemet fakturerar vården
    Så är fakturan hållen efter ERROR enligt FBC-FAKTURA-EFTER-OK

  @FBC-FAKTURA-EFTER-OK
  Scenario: Utan svar hålls fakturan
    Givet att systemet är inställt på 1500 ms mellan försöken
    Och att hemregionen svarar SOAP Fault de första 1 gångerna
    När systemet fakturerar vården
    Så är fakturan hållen i väntan på svar enligt FBC-FAKTURA-EFTER-OK

  @FBC-FAKTURA-EFTER-OK
  Scenario: När försöken är slut hålls fakturan
    Givet att systemet är inställt på högst 2 försök
    Och att hemregionen alltid svarar SOAP Fault
    När systemet fakturerar vården
    Så är fakturan hållen när försöken är slut enligt FBC-FAKTURA-EFTER-OK
