# language: sv
@FBC-1.1
Egenskap: Fakturaunderlaget har rätt adress, eget id och ryms i ett anrop

  @FBC-ADRESS
  Scenario: Fakturaunderlag går till patientens hemregion
    När systemet fakturerar vård till patienter från 2 regioner
    Så går varje fakturaunderlag till patientens hemregion enligt FBC-ADRESS

  @FBC-HEADER
  Scenario: Den logiska adressen står en gång i anropets header
    När systemet fakturerar vården
    Så står LogicalAddress exakt en gång i anropet enligt FBC-HEADER

  @FBC-KONTRAKT-VERSION
  Scenario: Anropet är av kontraktets version
    När systemet fakturerar vården
    Så är anropet av kontraktets version enligt FBC-KONTRAKT-VERSION

  @FBC-ID
  Scenario: Fakturaunderlagets id är rätt uppbyggt
    När systemet fakturerar vården
    Så har fakturaunderlaget ett rätt uppbyggt id enligt FBC-ID

  @FBC-ID
  Scenario: Olika fakturaunderlag har olika id
    När systemet fakturerar vård till patienter från 12 regioner
    Så har fakturaunderlagen olika id enligt FBC-ID

  @FBC-STORLEK @belastning
  Scenario: Vård som inte ryms i 5 MB delas upp
    Givet mer vård än vad som ryms i 5 MB
    När systemet fakturerar vården
    Så delas det upp i meddelanden på högst 5 MB enligt FBC-STORLEK
