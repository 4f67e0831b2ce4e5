// Compares age ratings of different countries.
#pragma once

#include <string_view>

namespace marquee::playlist {

// The minimum age in years that a rating states: FSK and other systems with an age, MPA (G, PG,
// PG-13, R, NC-17), the TV Parental Guidelines (TV-Y … TV-MA), BBFC (U, PG, 12A, 15, 18, R18), and
// letters of other boards. A country may precede it in the notation of media servers (`de/16`,
// `GB:15`). -1: no age is stated (`Not Rated`), or the rating is unknown.
//
// Ratings that recommend guidance count as an age below the same board's next step: PG as 8, TV-PG
// as 10.
int AgeOf(std::string_view rating);

// The stricter of two ratings; the first if they are equal or neither states an age.
std::string_view StricterRating(std::string_view first, std::string_view second);

}  // namespace marquee::playlist
