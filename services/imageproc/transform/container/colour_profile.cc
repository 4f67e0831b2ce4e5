#include "services/imageproc/transform/container/colour_profile.h"

#include <lcms2.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <type_traits>
#include <vector>

#include "services/imageproc/transform/container/byte_cursor.h"

namespace marquee::imageproc {
namespace {

constexpr size_t kHeaderBytes = 128;
// In levels of 255: profiles within this difference from sRGB are not converted. Rounding in sRGB
// profiles of other vendors causes such differences.
constexpr int kSameWithin = 2;
// In levels of 255: smallest difference of green between the lightest and the darkest sample. The
// palest newspaper profile has 130.
constexpr int kLeastContrast = 64;

struct CloseProfile {
  void operator()(void* profile) const { cmsCloseProfile(profile); }
};
struct DeleteTransform {
  void operator()(void* transform) const { cmsDeleteTransform(transform); }
};
struct DeleteContext {
  void operator()(cmsContext context) const { cmsDeleteContext(context); }
};
using Profile = std::unique_ptr<void, CloseProfile>;
using Transform = std::unique_ptr<void, DeleteTransform>;
using Context = std::unique_ptr<std::remove_pointer_t<cmsContext>, DeleteContext>;

std::string_view SpaceOf(int channels) {
  return channels == 1 ? "GRAY" : channels == 3 ? "RGB " : channels == 4 ? "CMYK" : "";
}

// Checks the header: accepts input, display, output and colour space profiles for the image's
// colour space. Device link, abstract and named colour profiles do not convert to a connection
// space.
bool Fits(std::string_view profile, int channels) {
  if (profile.size() <= kHeaderBytes || profile.size() > kMaxProfileBytes) return false;
  const uint32_t size = BigEndian32(profile);
  const std::string_view kind = profile.substr(12, 4);
  const std::string_view connection = profile.substr(20, 4);
  const int version = static_cast<unsigned char>(profile[8]);
  return size > kHeaderBytes && size <= profile.size() && profile.substr(36, 4) == "acsp" &&
         (version == 2 || version == 4) &&
         (kind == "scnr" || kind == "mntr" || kind == "prtr" || kind == "spac") &&
         profile.substr(16, 4) == SpaceOf(channels) &&
         (connection == "XYZ " || connection == "Lab ");
}

// All combinations of five levels per channel.
std::vector<uint8_t> Samples(int channels) {
  constexpr std::array<uint8_t, 5> kLevels{0, 64, 128, 192, 255};
  size_t count = 1;
  for (int c = 0; c < channels; ++c) count *= kLevels.size();
  std::vector<uint8_t> samples;
  for (size_t i = 0; i < count; ++i) {
    for (size_t c = 0, rest = i; c < static_cast<size_t>(channels); ++c, rest /= kLevels.size()) {
      samples.push_back(kLevels[rest % kLevels.size()]);
    }
  }
  return samples;
}

cmsUInt32Number FormatOf(int channels) {
  return channels == 1 ? TYPE_GRAY_8 : channels == 3 ? TYPE_RGB_8 : TYPE_CMYK_8;
}

}  // namespace

ProfileUse JudgeProfile(std::string_view profile, int channels) {
  if (!Fits(profile, channels)) return ProfileUse::kIgnore;
  const Context context(cmsCreateContext(nullptr, nullptr));
  const Profile from(cmsOpenProfileFromMemTHR(context.get(), profile.data(),
                                              static_cast<cmsUInt32Number>(profile.size())));
  if (from == nullptr) return ProfileUse::kIgnore;
  const Profile to(cmsCreate_sRGBProfileTHR(context.get()));
  // Without optimisation, which would compute tables for a whole image.
  const Transform transform(
      cmsCreateTransformTHR(context.get(), from.get(), FormatOf(channels), to.get(), TYPE_RGB_8,
                            INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOOPTIMIZE | cmsFLAGS_NOCACHE));
  if (transform == nullptr) return ProfileUse::kIgnore;

  const std::vector<uint8_t> samples = Samples(channels);
  const size_t count = samples.size() / static_cast<size_t>(channels);
  std::vector<uint8_t> seen(count * 3);
  cmsDoTransform(transform.get(), samples.data(), seen.data(), static_cast<cmsUInt32Number>(count));
  // Rejects profiles that map white and black to about the same value.
  const int first = seen[1];
  const int last = seen[seen.size() - 2];
  if ((channels == 4 ? first - last : last - first) < kLeastContrast) return ProfileUse::kIgnore;
  if (channels == 4) return ProfileUse::kConvert;
  for (size_t i = 0; i < seen.size(); ++i) {
    const int sample = channels == 1 ? samples[i / 3] : samples[i];
    if (std::abs(sample - seen[i]) > kSameWithin) return ProfileUse::kConvert;
  }
  return ProfileUse::kSrgb;
}

}  // namespace marquee::imageproc
