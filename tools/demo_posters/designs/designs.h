// The drawings of the demo library. A …Scene fits any sheet and contains no text: it is drawn wide
// as a background, and most posters begin with it. Posters are drawn for 1000 x 1500.
#pragma once

#include "tools/demo_posters/svg.h"

namespace marquee::demo {

// seas.cc
void LongTideScene(Svg& svg);
void LongTide(Svg& svg);
void SaltwaterRadioScene(Svg& svg);
void SaltwaterRadio(Svg& svg);
void WhaleWhoKeptTimeScene(Svg& svg);
void WhaleWhoKeptTime(Svg& svg);
void HarbourOfKites(Svg& svg);

// skies.cc
void NineMinutesToVegaScene(Svg& svg);
void NineMinutesToVega(Svg& svg);
void EclipseSeason(Svg& svg);
void VelvetStaticScene(Svg& svg);
void VelvetStatic(Svg& svg);
void UnderstudysMoon(Svg& svg);

// lands.cc
void MesaLocalScene(Svg& svg);
void MesaLocal(Svg& svg);
void LastCableCarScene(Svg& svg);
void LastCableCar(Svg& svg);
void SlowDesertScene(Svg& svg);
void SlowDesert(Svg& svg);
void CartographersWinter(Svg& svg);

// towns.cc
void OrchidGarageScene(Svg& svg);
void OrchidGarage(Svg& svg);
void AllTheLitWindows(Svg& svg);
void ElevenRooms(Svg& svg);
void SteamAndCardamom(Svg& svg);

// creatures.cc
void FoxesKeepHouse(Svg& svg);
void BrassSparrow(Svg& svg);
void KingdomOfMoths(Svg& svg);
void TangoForTwoRobots(Svg& svg);

// patterns.cc
void QuietMeridian(Svg& svg);
void TenThousandUmbrellas(Svg& svg);
void GlassOrchard(Svg& svg);
void HalfPastYesterday(Svg& svg);

}  // namespace marquee::demo
