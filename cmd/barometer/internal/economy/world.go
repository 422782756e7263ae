package economy

// country has the World Bank's yearly figures (GDP growth, and unemployment as a share of the labour force, in
// percent), World Development Indicators NY.GDP.MKTP.KD.ZG and SL.UEM.TOTL.ZS, and the OECD's country risk class.
// High-income countries have no class of their own with the OECD; they stand as 0.
type country struct {
	code         string
	growth       float64    // 2023
	unemployment [2]float64 // 2023, 2024
	riskClass    int
}

var countries = []country{
	{"DE", -0.27, [2]float64{3.07, 3.41}, 0},
	{"FR", 0.94, [2]float64{7.33, 7.37}, 0},
	{"NL", 0.07, [2]float64{3.54, 3.60}, 0},
	{"BE", 1.25, [2]float64{5.53, 5.49}, 0},
	{"IT", 0.70, [2]float64{7.63, 6.78}, 0},
	{"ES", 2.68, [2]float64{12.18, 11.39}, 0},
	{"PL", 0.14, [2]float64{2.81, 2.47}, 0},
	{"GB", 0.34, [2]float64{3.98, 4.11}, 0},
	{"SE", -0.31, [2]float64{7.61, 8.53}, 0},
	{"AT", -0.95, [2]float64{5.26, 5.44}, 0},
}

// rate is where a currency's units per euro begin; they wander from there.
type rate struct {
	currency string
	perEuro  float64
}

var openingRates = []rate{{"GBP", 0.85}, {"PLN", 4.30}, {"SEK", 11.2}, {"USD", 1.09}}

// sectors are NACE divisions.
var sectors = []string{"10", "16", "22", "25", "28", "29", "41", "43", "46", "47", "49", "62"}

var (
	firstNames = []string{"Nord", "Alpen", "Delta", "Merkur", "Atlas", "Linden", "Rivage", "Polder", "Castel", "Vega",
		"Orion", "Baltic"}
	secondNames = []string{"Metall", "Foods", "Bau", "Logistics", "Textiles", "Plast", "Systems", "Handel", "Machines",
		"Timber"}
	holderNames = []string{"Anglia Components", "Van Dijk Staal", "Rheintal Werkzeuge", "Ateliers Morel", "Harbour Paper",
		"De Linde Zuivel"}
	languages = []string{"en", "nl", "de", "fr"}
)
