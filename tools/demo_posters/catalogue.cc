#include "tools/demo_posters/catalogue.h"

#include "tools/demo_posters/designs/designs.h"

namespace marquee::demo {
namespace {

constexpr Film kFilms[] = {
    {"A Quiet Meridian", 1972, QuietMeridian, nullptr},
    {"A Slow Desert", 1971, SlowDesert, SlowDesertScene},
    {"All the Lit Windows", 1985, AllTheLitWindows, nullptr},
    {"Brass Sparrow", 1955, BrassSparrow, nullptr},
    {"Eclipse Season", 2023, EclipseSeason, nullptr},
    {"Eleven Rooms", 1999, ElevenRooms, nullptr},
    {"Half Past Yesterday", 1992, HalfPastYesterday, nullptr},
    {"Harbour of Kites", 2006, HarbourOfKites, nullptr},
    {"Kingdom of Moths", 2021, KingdomOfMoths, nullptr},
    {"Nine Minutes to Vega", 2014, NineMinutesToVega, NineMinutesToVegaScene},
    {"Saltwater Radio", 1968, SaltwaterRadio, SaltwaterRadioScene},
    {"Steam and Cardamom", 2011, SteamAndCardamom, nullptr},
    {"Tango for Two Robots", 1958, TangoForTwoRobots, nullptr},
    {"Ten Thousand Umbrellas", 1964, TenThousandUmbrellas, nullptr},
    {"The Cartographer's Winter", 2003, CartographersWinter, nullptr},
    {"The Glass Orchard", 2018, GlassOrchard, nullptr},
    {"The Last Cable Car", 1962, LastCableCar, LastCableCarScene},
    {"The Long Tide", 1987, LongTide, LongTideScene},
    {"The Mesa Local", 1949, MesaLocal, MesaLocalScene},
    {"The Orchid Garage", 1979, OrchidGarage, OrchidGarageScene},
    {"The Understudy's Moon", 1934, UnderstudysMoon, nullptr},
    {"The Whale Who Kept Time", 2016, WhaleWhoKeptTime, WhaleWhoKeptTimeScene},
    {"Velvet Static", 1983, VelvetStatic, VelvetStaticScene},
    {"Where Foxes Keep House", 2009, FoxesKeepHouse, nullptr},
};

}  // namespace

std::span<const Film> Catalogue() { return kFilms; }

std::string FileName(const Film& film) { return fmt::format("{} ({}).jpg", film.title, film.year); }

}  // namespace marquee::demo
