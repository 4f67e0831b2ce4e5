#include "libs/app/version.h"

namespace marquee::app {

std::string_view Version() { return MARQUEE_VERSION; }

}  // namespace marquee::app
