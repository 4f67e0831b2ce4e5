#include "libs/files/real_file_system.h"
#include "libs/testing/capturing_logger.h"
#include "libs/testing/temp_dir.h"
#include "services/imageproc/tiers/disk_tier.h"
#include "services/imageproc/tiers/image_tier_conformance.h"
#include "services/imageproc/tiers/memory_tier.h"

namespace marquee::imageproc {
namespace {

constexpr size_t kCapacity = 2'000'000;

class MemoryTierFixture final : public ImageTierFixture {
 public:
  ImageTier& tier() override { return tier_; }

 private:
  obs::Metrics metrics_;
  obs::CacheMetrics cache_metrics_{metrics_, clock_, "image", "memory"};
  MemoryTier tier_{{.max_bytes = kCapacity}, clock_, cache_metrics_};
};

class DiskTierFixture final : public ImageTierFixture {
 public:
  ImageTier& tier() override { return tier_; }

 private:
  testing::TempDir folder_;
  files::RealFileSystem files_;
  testing::CapturingLogger logger_;
  obs::Metrics metrics_;
  obs::CacheMetrics cache_metrics_{metrics_, clock_, "image", "disk"};
  DiskStore store_{{.folder = folder_ / "images", .max_bytes = kCapacity, .min_free_bytes = 0},
                   {.files = files_,
                    .clock = clock_,
                    .logger = logger_,
                    .metrics = metrics_,
                    .cache_metrics = cache_metrics_}};
  DiskTier tier_{store_, clock_, logger_};
};

template <class Fixture>
std::unique_ptr<ImageTierFixture> Make() {
  return std::make_unique<Fixture>();
}

INSTANTIATE_TEST_SUITE_P(Memory, ImageTierConformance, ::testing::Values(&Make<MemoryTierFixture>));
INSTANTIATE_TEST_SUITE_P(Disk, ImageTierConformance, ::testing::Values(&Make<DiskTierFixture>));

}  // namespace
}  // namespace marquee::imageproc
