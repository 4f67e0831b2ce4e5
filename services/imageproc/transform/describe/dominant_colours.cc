#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "services/imageproc/transform/describe/describe.h"

namespace marquee::imageproc {
namespace {

constexpr int kRounds = 8;
constexpr double kLeastWeight = 0.01;  // colours that cover less are dropped

using Rgb = std::array<double, 3>;

struct Bin {
  Rgb sum{};
  double count = 0;
  Rgb mean() const { return {sum[0] / count, sum[1] / count, sum[2] / count}; }
};

double Distance(const Rgb& a, const Rgb& b) {
  double sum = 0;
  for (size_t c = 0; c < 3; ++c) sum += (a[c] - b[c]) * (a[c] - b[c]);
  return sum;
}

// Groups colours that agree in their upper four bits.
std::vector<Bin> BinsOf(const Pixels& pixels) {
  std::vector<Bin> bins(1 << 12);
  for (size_t i = 0; i < pixels.rgba.size(); i += 4) {
    if (pixels.rgba[i + 3] < 128) continue;
    const size_t at = static_cast<size_t>(pixels.rgba[i] >> 4) << 8 |
                      static_cast<size_t>(pixels.rgba[i + 1] >> 4) << 4 |
                      static_cast<size_t>(pixels.rgba[i + 2] >> 4);
    for (size_t c = 0; c < 3; ++c) bins[at].sum[c] += pixels.rgba[i + c];
    bins[at].count += 1;
  }
  std::erase_if(bins, [](const Bin& bin) { return bin.count == 0; });
  return bins;
}

size_t Nearest(const Rgb& colour, const std::vector<Rgb>& centres) {
  size_t best = 0;
  for (size_t i = 1; i < centres.size(); ++i) {
    if (Distance(colour, centres[i]) < Distance(colour, centres[best])) best = i;
  }
  return best;
}

// The heaviest first, then repeatedly the one farthest from all chosen ones, scaled by its weight.
// Deterministic, so that every replica describes an image identically.
std::vector<Rgb> FirstCentres(const std::vector<Bin>& bins) {
  const auto heaviest = std::max_element(
      bins.begin(), bins.end(), [](const Bin& a, const Bin& b) { return a.count < b.count; });
  std::vector<Rgb> centres{heaviest->mean()};
  while (centres.size() < std::min(ImageDescription::kMaxColours, bins.size())) {
    double most = -1;
    Rgb chosen{};
    for (const Bin& bin : bins) {
      const Rgb mean = bin.mean();
      const double far = Distance(mean, centres[Nearest(mean, centres)]) * bin.count;
      if (far > most) {
        most = far;
        chosen = mean;
      }
    }
    centres.push_back(chosen);
  }
  return centres;
}

uint32_t Packed(const Rgb& colour) {
  uint32_t packed = 0;
  for (const double channel : colour) {
    packed = packed << 8 | static_cast<uint32_t>(std::lround(std::clamp(channel, 0.0, 255.0)));
  }
  return packed;
}

}  // namespace

std::vector<ImageDescription::Colour> DominantColours(const Pixels& pixels) {
  const std::vector<Bin> bins = BinsOf(pixels);
  if (bins.empty()) return {};
  std::vector<Rgb> centres = FirstCentres(bins);
  std::vector<Bin> clusters;
  for (int round = 0; round < kRounds; ++round) {  // k-means
    clusters.assign(centres.size(), {});
    for (const Bin& bin : bins) {
      Bin& cluster = clusters[Nearest(bin.mean(), centres)];
      for (size_t c = 0; c < 3; ++c) cluster.sum[c] += bin.sum[c];
      cluster.count += bin.count;
    }
    const std::vector<Rgb> before = centres;
    for (size_t i = 0; i < centres.size(); ++i) {
      if (clusters[i].count > 0) centres[i] = clusters[i].mean();
    }
    if (centres == before) break;
  }
  double total = 0;
  for (const Bin& cluster : clusters) total += cluster.count;
  std::vector<ImageDescription::Colour> colours;
  for (size_t i = 0; i < clusters.size(); ++i) {
    const double weight = clusters[i].count / total;
    if (weight >= kLeastWeight) colours.push_back({.rgb = Packed(centres[i]), .weight = weight});
  }
  std::sort(colours.begin(), colours.end(),
            [](const auto& a, const auto& b) { return a.weight > b.weight; });
  return colours;
}

}  // namespace marquee::imageproc
