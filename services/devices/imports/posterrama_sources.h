// Converts the media servers of Posterrama's config.json to sources. A pure function.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <vector>

namespace marquee::devices {

// The servers, folders and services of config.json as entries of the sources document.
// `environment` returns the tokens that are named by a variable.
std::vector<boost::json::object> SourcesFrom(
    const boost::json::object& config,
    const std::function<std::string(const std::string&)>& environment,
    std::vector<std::string>& notes);

}  // namespace marquee::devices
