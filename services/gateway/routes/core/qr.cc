#include "services/gateway/routes/core/qr.h"

#include <fmt/format.h>
#include <qrencode.h>
#include <zlib.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "services/gateway/routes/core/answers.h"
#include "services/gateway/routes/core/rendered_answer.h"

namespace marquee::gateway {
namespace {

// Enough for page URLs and pairing links. The largest code holds 2,953 bytes and takes ten times as
// long to render.
constexpr size_t kMaxText = 1024;
constexpr absl::Duration kKeep = absl::Hours(24);
constexpr int kPixels = 256;
constexpr int kMargin = 1;  // in modules

using Code = std::unique_ptr<QRcode, void (*)(QRcode*)>;

bool IsDark(const QRcode& code, int x, int y) {
  if (x < 0 || y < 0 || x >= code.width || y >= code.width) return false;
  return (code.data[y * code.width + x] & 1U) != 0;
}

std::string Svg(const QRcode& code) {
  const int size = code.width + 2 * kMargin;
  std::string svg = fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{0}" viewBox="0 0 {1} {1}" )"
      R"(shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{1}v{1}H0z"/><path d=")",
      kPixels, size);
  for (int y = 0; y < code.width; ++y) {
    for (int x = 0; x < code.width; ++x) {
      if (!IsDark(code, x, y)) continue;
      int run = 1;
      while (IsDark(code, x + run, y)) ++run;
      fmt::format_to(std::back_inserter(svg), "M{} {}h{}v1h-{}z", x + kMargin, y + kMargin, run,
                     run);
      x += run;
    }
  }
  return svg + R"("/></svg>)";
}

void AppendChunk(std::string_view type, std::string_view data, std::string& png) {
  const auto number = [&png](uint32_t value) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) png += static_cast<char>(value >> shift);
  };
  number(static_cast<uint32_t>(data.size()));
  const size_t begin = png.size();
  png += type;
  png += data;
  number(static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(png.data() + begin),
                                     static_cast<uInt>(png.size() - begin))));
}

// One-bit greyscale (https://www.w3.org/TR/png/): rows of a filter byte and packed pixels.
std::string Png(const QRcode& code) {
  const int modules = code.width + 2 * kMargin;
  const int scale = std::max(1, kPixels / modules);
  const int side = modules * scale;
  std::string rows;
  for (int y = 0; y < side; ++y) {
    rows += '\0';
    for (int x = 0; x < side; x += 8) {
      unsigned packed = 0;
      for (int bit = 0; bit < 8; ++bit) {
        const bool dark =
            x + bit < side && IsDark(code, (x + bit) / scale - kMargin, y / scale - kMargin);
        packed = packed << 1U | (dark ? 0U : 1U);
      }
      rows += static_cast<char>(packed);
    }
  }
  std::string packed(compressBound(rows.size()), '\0');
  uLongf packed_size = packed.size();
  if (compress(reinterpret_cast<Bytef*>(packed.data()), &packed_size,
               reinterpret_cast<const Bytef*>(rows.data()), rows.size()) != Z_OK) {
    return {};
  }
  packed.resize(packed_size);
  std::string header;
  for (int i = 0; i < 2; ++i) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
      header += static_cast<char>(static_cast<unsigned>(side) >> shift);
    }
  }
  header += std::string("\x01\x00\x00\x00\x00", 5);  // one bit, greyscale
  std::string png = "\x89PNG\r\n\x1a\n";
  AppendChunk("IHDR", header, png);
  AppendChunk("IDAT", packed, png);
  AppendChunk("IEND", "", png);
  return png;
}

Code CodeOf(std::string_view text) {
  return {QRcode_encodeString8bit(std::string(text).c_str(), 0, QR_ECLEVEL_M), QRcode_free};
}

// "" if the text may be rendered.
std::string_view Complaint(std::string_view text) {
  if (text.empty()) return "text_required";
  if (text.size() > kMaxText) return "text_too_long";
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(text, control)) return "text_has_control_characters";
  // The secret of a second factor must not be in a URL, which histories, logs and caches store.
  constexpr std::string_view kOtp = "otpauth";
  const size_t begin = std::min(text.find_first_not_of(' '), text.size());
  if (EqualsIgnoreCase(text.substr(begin, kOtp.size()), kOtp)) return "otpauth_not_allowed";
  return "";
}

}  // namespace

std::string QrSvg(std::string_view text) {
  const Code code = CodeOf(text);
  return code == nullptr ? std::string() : Svg(*code);
}

void QrRoute::AddTo(Router& router) {
  router.Add(
      Method::kGet, "/api/qr",
      [this](RequestPtr request, const std::string&) { return Answer(std::move(request)); },
      InstallCookie::kNever);
}

asio::awaitable<Response> QrRoute::Answer(RequestPtr request) {
  const std::string text(request->query.Get("text").value_or(""));
  if (const std::string_view complaint = Complaint(text); !complaint.empty()) {
    co_return JsonError(400, complaint);
  }
  const bool png = request->query.Get("format") == "png";
  RenderedCache::Render render = [text, png]() -> std::string {
    const Code code = CodeOf(text);
    if (code == nullptr) return {};
    return png ? Png(*code) : Svg(*code);
  };
  // Rendered on the executor; concurrent requests for one code share the rendering.
  const auto answer = co_await rendered_.Get(fmt::format("qr\n{}\n{}", png ? "png" : "svg", text),
                                             Coding::kIdentity, kKeep, std::move(render));
  if (answer.body == nullptr || answer.body->bytes->empty()) {
    co_return JsonError(500, "qr_render_failed");
  }
  Response response = RenderedAnswer(png ? "image/png" : "image/svg+xml; charset=utf-8", answer);
  response.headers.Add("Cache-Control", "public, max-age=86400");
  co_return response;
}

}  // namespace marquee::gateway
