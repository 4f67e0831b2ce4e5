// A transformer with a clock that the test controls, for the tests beside it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/base/strings.h"
#include "libs/testing/fake_clock.h"
#include "services/imageproc/transform/vips_runtime.h"
#include "services/imageproc/transform/vips_scaler.h"
#include "services/imageproc/transform/vips_transformer.h"

namespace marquee::imageproc {

class VipsTransformerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(StartVips().ok()); }

  absl::StatusOr<TransformedImage> Run(const std::string& image, const TransformRequest& request,
                                       const base::CallContext& context = {}) {
    const MemoryBlob blob(image);
    const absl::StatusOr<ImageInfo> info = transformer_.Inspect(blob);
    if (!info.ok()) return info.status();
    return transformer_.Transform(blob, *info, *Normalize(request), context);
  }

  void ExpectRefused(const std::string& image, const std::string& saying) {
    const absl::StatusOr<TransformedImage> answer = Run(image, {.width = 60, .height = 90});
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(base::MessageOf(answer.status())), ::testing::HasSubstr(saying));
  }

  testing::FakeClock clock_;
  TransformLimits limits_;
  VipsScaler scaler_{clock_};
  VipsTransformer transformer_{limits_, scaler_, clock_};
};

}  // namespace marquee::imageproc
