// Package format prints amounts, days and moments as the API and the pages write them. Amounts are decimals with the
// digits of their currency; days are YYYY-MM-DD, empty for none; moments are in UTC.
package format
