// A body as displays and people send it: JSON of any depth and make.
#include <boost/json/serialize.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "services/gateway/model/json_reader.h"
#include "services/gateway/model/json_writer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace marquee::gateway;  // NOLINT(google-build-using-namespace): one function
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto object = ParseJsonObject(text);
  if (!object.ok()) return 0;
  const std::string name = TextField(*object, "name", 16);
  if (name.size() > 16) std::abort();
  NumberField(*object, "n");
  ObjectField(*object, "o");
  // What was read is written again as something that can be read.
  if (!ParseJsonObject(boost::json::serialize(*object)).ok()) std::abort();
  std::string written;
  JsonObject out(written);
  out.Text("name", name);
  out.Close();
  if (!ParseJsonObject(written).ok()) std::abort();
  return 0;
}
