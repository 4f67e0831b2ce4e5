#include "services/gateway/respcache/compress.h"

#include <brotli/encode.h>
#include <zlib.h>

namespace marquee::gateway {
namespace {

// Level 6 of gzip and 5 of brotli: for JSON of this kind the next level takes twice the time and
// saves only a few per cent.
constexpr int kGzipLevel = 6;
constexpr int kBrotliQuality = 5;
constexpr int kGzipFormat =
    16;  // added to the window bits: selects a gzip header instead of zlib's

std::string Gzip(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, kGzipLevel, Z_DEFLATED, MAX_WBITS + kGzipFormat, MAX_MEM_LEVEL,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return {};
  }
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  // zlib's interface predates const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(done ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

std::string Brotli(std::string_view bytes) {
  size_t size = BrotliEncoderMaxCompressedSize(bytes.size());
  std::string out(size, '\0');
  const bool done =
      BrotliEncoderCompress(kBrotliQuality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, bytes.size(),
                            reinterpret_cast<const uint8_t*>(bytes.data()), &size,
                            reinterpret_cast<uint8_t*>(out.data())) == BROTLI_TRUE;
  out.resize(done ? size : 0);
  return out;
}

}  // namespace

std::string Compress(std::string_view bytes, Coding coding) {
  std::string out;
  switch (coding) {
    case Coding::kGzip:
      out = Gzip(bytes);
      break;
    case Coding::kBrotli:
      out = Brotli(bytes);
      break;
    case Coding::kIdentity:
      break;
  }
  out.shrink_to_fit();
  return out;
}

}  // namespace marquee::gateway
