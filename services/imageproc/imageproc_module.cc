#include "services/imageproc/imageproc_module.h"

#include <algorithm>
#include <filesystem>
#include <thread>
#include <utility>

#include "libs/base/executor.h"
#include "libs/base/status.h"
#include "libs/config/values.h"
#include "libs/obs/cache_metrics.h"
#include "services/imageproc/clients/grpc_artwork_client.h"
#include "services/imageproc/clients/grpc_placeholder_reporter.h"
#include "services/imageproc/pipeline/decode_slots.h"
#include "services/imageproc/pipeline/failure_memory.h"
#include "services/imageproc/pipeline/image_pipeline.h"
#include "services/imageproc/pipeline/original_fetcher.h"
#include "services/imageproc/service/image_service_impl.h"
#include "services/imageproc/tiers/disk_store.h"
#include "services/imageproc/tiers/disk_tier.h"
#include "services/imageproc/tiers/memory_tier.h"
#include "services/imageproc/tiers/original_tier.h"
#include "services/imageproc/transform/planar/planar_transformer.h"
#include "services/imageproc/transform/sandbox/decoder_process.h"
#include "services/imageproc/transform/vips_runtime.h"
#include "services/imageproc/transform/vips_transformer.h"

namespace marquee::imageproc {
namespace {

// Files are in the page cache or on a disk that serves one read at a time, so two threads are
// enough. A lookup takes well under 1 ms, so a full queue takes a few tenths of a second.
constexpr size_t kDiskThreads = 2;
constexpr size_t kMaxDiskTasks = 512;
// Fetches waiting for a thread; at 50 ms per fetch and eight threads, 1.5 s.
constexpr size_t kMaxQueuedFetches = 256;

uint64_t Megabytes(int64_t count) { return static_cast<uint64_t>(count) << 20; }

size_t Slots(const ImageSettings& settings) {
  if (settings.decode_slots() > 0) return static_cast<size_t>(settings.decode_slots());
  return std::max(1U, std::thread::hardware_concurrency());
}

TransformLimits Limits(const ImageSettings& settings) {
  TransformLimits limits;
  limits.max_pixels = static_cast<uint64_t>(settings.max_megapixels()) * 1'000'000;
  limits.max_decode_bytes = Megabytes(settings.decode_budget_mb());
  return limits;
}

// Memory of a decoder process beyond the image: eight codec threads with their stacks, and the
// lines that libvips buffers.
constexpr uint64_t kDecoderOverhead = uint64_t{96} << 20;

DecoderProcess::Options DecoderOptions(const ImageSettings& settings) {
  DecoderProcess::Options options;
  options.more_bytes = Megabytes(settings.decode_budget_mb()) + kDecoderOverhead;
  return options;
}

}  // namespace

// Declared in order of construction; executors last, so that they are destroyed first.
struct ImageprocModule::Components {
  Components(const ImageprocSettings& settings, Deps deps)
      : memory_metrics(deps.metrics, deps.clock, "image", "memory"),
        disk_metrics(deps.metrics, deps.clock, "image", "disk"),
        store({.folder = std::filesystem::path(settings.data_dir()) / "images",
               .max_bytes = Megabytes(settings.image().disk_mb()),
               .ttl = config::DurationOf(settings.image().disk_ttl()),
               .min_free_bytes = Megabytes(settings.image().min_free_mb())},
              {.files = deps.files,
               .clock = deps.clock,
               .logger = deps.logger,
               .metrics = deps.metrics,
               .cache_metrics = disk_metrics}),
        memory({.max_bytes = Megabytes(settings.image().memory_mb())}, deps.clock, memory_metrics),
        disk(store, deps.clock, deps.logger),
        originals({.max_bytes = Megabytes(settings.image().max_original_mb())}, store, deps.clock,
                  deps.logger),
        client(deps.playlist),
        placeholders({}, std::move(deps.playlist), deps.clock, deps.metrics),
        isolated(DecoderOptions(settings.image()), deps.clock, deps.logger, deps.metrics),
        vips(Limits(settings.image()), isolated, deps.clock),
        transformer(Limits(settings.image()), vips, deps.clock),
        failures({}, deps.clock, deps.logger, deps.metrics),
        fetcher({.timeout = config::DurationOf(settings.image().fetch_timeout())},
                {.tier = originals,
                 .client = client,
                 .executor = fetch_executor,
                 .clock = deps.clock,
                 .metrics = deps.metrics}),
        pipeline({}, {.memory = memory,
                      .disk = disk,
                      .memory_metrics = memory_metrics,
                      .disk_metrics = disk_metrics,
                      .transform_seconds =
                          deps.metrics.histogram("marquee_image_transform_seconds",
                                                 "Time to decode, resize and encode one image."),
                      .originals = fetcher,
                      .transformer = transformer,
                      .failures = failures,
                      .placeholders = placeholders,
                      .slots = slots,
                      .disk_executor = disk_executor,
                      .clock = deps.clock}),
        report({.metrics = deps.metrics,
                .memory_metrics = memory_metrics,
                .disk_metrics = disk_metrics,
                .memory = memory,
                .disk = store}),
        service(pipeline, report, disk_executor, deps.clock),
        disk_executor({.name = "image-disk", .threads = kDiskThreads, .max_queued = kMaxDiskTasks}),
        fetch_executor({.name = "image-fetch",
                        .threads = static_cast<size_t>(settings.image().fetches()),
                        .max_queued = kMaxQueuedFetches}),
        slots({.slots = Slots(settings.image()),
               .budget_bytes = Megabytes(settings.image().decode_budget_mb()),
               .max_queued = static_cast<size_t>(settings.image().max_queued()),
               .max_wait = config::DurationOf(settings.image().max_decode_wait())},
              deps.clock, deps.metrics) {}

  obs::CacheMetrics memory_metrics;
  obs::CacheMetrics disk_metrics;
  DiskStore store;
  MemoryTier memory;
  DiskTier disk;
  OriginalTier originals;
  GrpcArtworkClient client;
  GrpcPlaceholderReporter placeholders;
  DecoderProcess isolated;
  VipsTransformer vips;
  PlanarTransformer transformer;
  FailureMemory failures;
  OriginalFetcher fetcher;
  ImagePipeline pipeline;
  TierReport report;
  ImageServiceImpl service;
  base::BoundedExecutor disk_executor;
  base::BoundedExecutor fetch_executor;
  DecodeSlots slots;
};

absl::StatusOr<std::unique_ptr<ImageprocModule>> ImageprocModule::Create(
    const ImageprocSettings& settings, Deps deps) {
  MARQUEE_RETURN_IF_ERROR(StartVips());
  return std::unique_ptr<ImageprocModule>(
      new ImageprocModule(std::make_unique<Components>(settings, std::move(deps))));
}

ImageprocModule::ImageprocModule(std::unique_ptr<Components> components)
    : components_(std::move(components)) {}

ImageprocModule::~ImageprocModule() { Drain(absl::InfinitePast()); }

std::vector<grpc::Service*> ImageprocModule::services() { return {&components_->service}; }

absl::Status ImageprocModule::Start() {
  components_->store.Start();
  return absl::OkStatus();
}

void ImageprocModule::Drain(absl::Time /*deadline*/) {
  // Drain in the order of the pipeline, so that each stage still accepts the work the previous one
  // finishes.
  components_->disk_executor.Drain();
  components_->fetch_executor.Drain();
  components_->slots.Drain();
  components_->placeholders.Stop();
}

}  // namespace marquee::imageproc
