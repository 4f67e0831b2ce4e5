// Which profiles are usable for which images; the profiles are created with Little CMS.
#include "services/imageproc/transform/container/colour_profile.h"

#include <gtest/gtest.h>
#include <lcms2.h>

#include <array>
#include <string>

namespace marquee::imageproc {
namespace {

std::string Saved(cmsHPROFILE profile) {
  cmsUInt32Number size = 0;
  cmsSaveProfileToMem(profile, nullptr, &size);
  std::string bytes(size, '\0');
  cmsSaveProfileToMem(profile, bytes.data(), &size);
  cmsCloseProfile(profile);
  return bytes;
}

struct Curve {
  explicit Curve(double gamma) : tone(cmsBuildGamma(nullptr, gamma)) {}
  ~Curve() { cmsFreeToneCurve(tone); }
  Curve(const Curve&) = delete;
  Curve& operator=(const Curve&) = delete;
  cmsToneCurve* tone;
};

constexpr cmsCIExyY kD65{0.3127, 0.3290, 1};

std::string P3(double version = 4) {
  const Curve curve(2.2);
  const cmsCIExyYTRIPLE primaries{{0.680, 0.320, 1}, {0.265, 0.690, 1}, {0.150, 0.060, 1}};
  const std::array<cmsToneCurve*, 3> curves{curve.tone, curve.tone, curve.tone};
  cmsHPROFILE profile = cmsCreateRGBProfile(&kD65, &primaries, curves.data());
  cmsSetProfileVersion(profile, version);
  return Saved(profile);
}

std::string Grey(double gamma) {
  const Curve curve(gamma);
  return Saved(cmsCreateGrayProfile(&kD65, curve.tone));
}

TEST(ColourProfileTest, IgnoresProfilesOfAnotherColourSpace) {
  for (const double version : {2.1, 4.3}) {
    EXPECT_EQ(JudgeProfile(P3(version), 3), ProfileUse::kConvert) << version;
    EXPECT_EQ(JudgeProfile(P3(version), 1), ProfileUse::kIgnore) << "grey image, RGB profile";
    EXPECT_EQ(JudgeProfile(P3(version), 4), ProfileUse::kIgnore) << "CMYK image, RGB profile";
  }
  EXPECT_EQ(JudgeProfile(Grey(1.0), 1), ProfileUse::kConvert);
  EXPECT_EQ(JudgeProfile(Grey(1.0), 3), ProfileUse::kIgnore) << "RGB image, grey profile";
  EXPECT_EQ(JudgeProfile(Grey(1.0), 4), ProfileUse::kIgnore);
  EXPECT_EQ(JudgeProfile(Grey(1.0), 2), ProfileUse::kIgnore);
}

TEST(ColourProfileTest, RecognisesSrgbByItsEffectNotItsName) {
  EXPECT_EQ(JudgeProfile(Saved(cmsCreate_sRGBProfile()), 3), ProfileUse::kSrgb);
  std::string named = P3();
  const size_t at = named.find(std::string("R\0G\0B", 5));
  if (at != named.npos) named.replace(at, 8, std::string("s\0R\0G\0B\0", 8));
  EXPECT_EQ(JudgeProfile(named, 3), ProfileUse::kConvert);
}

TEST(ColourProfileTest, IgnoresProfilesThatDescribeNoDevice) {
  EXPECT_EQ(JudgeProfile(Saved(cmsCreateLab4Profile(nullptr)), 3), ProfileUse::kIgnore);
  EXPECT_EQ(JudgeProfile(Saved(cmsCreateXYZProfile()), 3), ProfileUse::kIgnore);
  EXPECT_EQ(JudgeProfile(Saved(cmsCreateInkLimitingDeviceLink(cmsSigCmykData, 250)), 4),
            ProfileUse::kIgnore);
  const Curve curve(2.2);
  const std::array<cmsToneCurve*, 3> curves{curve.tone, curve.tone, curve.tone};
  EXPECT_EQ(JudgeProfile(Saved(cmsCreateLinearizationDeviceLink(cmsSigRgbData, curves.data())), 3),
            ProfileUse::kIgnore);
  // A camera's profile is an input profile, which is usable.
  std::string camera = P3();
  EXPECT_EQ(JudgeProfile(camera.replace(12, 4, "scnr"), 3), ProfileUse::kConvert);
}

TEST(ColourProfileTest, IgnoresDamagedProfiles) {
  const std::string whole = P3();
  EXPECT_EQ(JudgeProfile("", 3), ProfileUse::kIgnore);
  EXPECT_EQ(JudgeProfile("not a profile", 3), ProfileUse::kIgnore);
  for (const size_t part : {size_t{127}, size_t{128}, size_t{140}, whole.size() / 2}) {
    EXPECT_EQ(JudgeProfile(whole.substr(0, part), 3), ProfileUse::kIgnore) << part;
  }
  std::string lying = whole;
  EXPECT_EQ(JudgeProfile(lying.replace(0, 4, "\x7f\xff\xff\xff"), 3), ProfileUse::kIgnore);
  // A header with tags outside the file.
  std::string short_size = whole;
  short_size.replace(0, 4, std::string("\0\0\0\x90", 4));
  EXPECT_EQ(JudgeProfile(short_size, 3), ProfileUse::kIgnore);
  std::string foreign = whole;
  EXPECT_EQ(JudgeProfile(foreign.replace(36, 4, "xxxx"), 3), ProfileUse::kIgnore);
}

}  // namespace
}  // namespace marquee::imageproc
