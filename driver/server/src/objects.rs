//! Texture and surface objects: from the wire's words to the device's.

use warplens_driver_protocol::objects::{ImageFacts, SamplerFacts};
use warplens_sim::texture::{Address, Arrangement, ChannelKind, Format, Image, Level, Sampler};

use crate::machine::{Refusal, code};

/// Most mip levels of an image; more than any extent has.
const MOST_LEVELS: usize = 32;

/// An image; formats that textures cannot have are refused.
pub fn image(facts: &ImageFacts) -> Result<Image, Refusal> {
    let kind = match facts.kind {
        0 => Some(ChannelKind::Signed),
        1 => Some(ChannelKind::Unsigned),
        2 => Some(ChannelKind::Float),
        _ => None,
    };
    let format = kind.and_then(|kind| Format::new(facts.bits, facts.channels, kind)).ok_or_else(|| {
        Refusal::new(
            code::INVALID_CHANNEL,
            format!("{} channels of {} bits are no format of textures", facts.channels, facts.bits),
        )
    })?;
    if facts.levels.len() > MOST_LEVELS {
        return Err(Refusal::code(code::INVALID_VALUE));
    }
    let levels = facts.levels.iter().map(|l| Level {
        address: l.address,
        width: l.width,
        height: l.height,
        depth: l.depth,
        pitch: l.pitch,
        slice: l.slice,
    });
    let arrangement = Arrangement {
        linear: facts.linear,
        layered: facts.layered,
        cubemap: facts.cubemap,
        two: facts.two,
        three: facts.three,
    };
    Ok(Image { format, arrangement, levels: levels.collect() })
}

/// A sampler; unknown address modes are refused.
pub fn sampler(facts: &SamplerFacts) -> Result<Sampler, Refusal> {
    let mut address = [Address::Clamp; 3];
    for (to, from) in address.iter_mut().zip(facts.address) {
        *to = match from {
            0 => Address::Wrap,
            1 => Address::Clamp,
            2 => Address::Mirror,
            3 => Address::Border,
            _ => return Err(Refusal::code(code::INVALID_VALUE)),
        };
    }
    Ok(Sampler {
        address,
        linear: facts.linear,
        normalized_float: facts.normalized_float,
        normalized_coordinates: facts.normalized_coordinates,
        srgb: facts.srgb,
        border: facts.border.map(f32::from_bits),
        mip_linear: facts.mip_linear,
        mip_bias: f32::from_bits(facts.mip_bias),
        mip_min: f32::from_bits(facts.mip_min),
        mip_max: f32::from_bits(facts.mip_max),
        seamless: facts.seamless,
    })
}
