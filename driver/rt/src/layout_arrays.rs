//! Structures of the C ABI about arrays, textures and surfaces, as our headers declare them; unions are written out as
//! the words they share.

use std::ffi::{c_int, c_uint, c_void};

/// `cudaChannelFormatDesc`
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelDesc {
    pub bits: [c_int; 4],
    pub kind: c_int,
}

/// `cudaResourceDesc`: array or mipmapped array in `pointer`; size, or width, height and pitch, in `sizes`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ResourceDesc {
    pub kind: c_int,
    pub pointer: u64,
    pub desc: ChannelDesc,
    pub sizes: [usize; 3],
}

/// `cudaTextureDesc`
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct TextureDesc {
    pub address: [c_int; 3],
    pub filter: c_int,
    pub read: c_int,
    pub srgb: c_int,
    pub border: [f32; 4],
    pub normalized: c_int,
    pub anisotropy: c_uint,
    pub mip_filter: c_int,
    pub mip_bias: f32,
    pub mip_min: f32,
    pub mip_max: f32,
    pub no_trilinear_optimization: c_int,
    pub seamless: c_int,
}

/// `cudaResourceViewDesc`
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ViewDesc {
    pub format: c_int,
    pub width: usize,
    pub height: usize,
    pub depth: usize,
    pub first_level: c_uint,
    pub last_level: c_uint,
    pub first_layer: c_uint,
    pub last_layer: c_uint,
}

/// `CUDA_ARRAY_DESCRIPTOR`
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ArrayDescriptor {
    pub width: usize,
    pub height: usize,
    pub format: c_int,
    pub channels: c_uint,
}

/// `CUDA_ARRAY3D_DESCRIPTOR`
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Array3DDescriptor {
    pub width: usize,
    pub height: usize,
    pub depth: usize,
    pub format: c_int,
    pub channels: c_uint,
    pub flags: c_uint,
}

/// `CUDA_RESOURCE_DESC`
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct DriverResourceDesc {
    pub kind: c_int,
    pub pointer: u64,
    pub format: c_int,
    pub channels: c_uint,
    pub sizes: [usize; 3],
    pub reserved: [c_int; 22],
    pub flags: c_uint,
}

/// `CUDA_TEXTURE_DESC`
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct DriverTextureDesc {
    pub address: [c_int; 3],
    pub filter: c_int,
    pub flags: c_uint,
    pub anisotropy: c_uint,
    pub mip_filter: c_int,
    pub mip_bias: f32,
    pub mip_min: f32,
    pub mip_max: f32,
    pub border: [f32; 4],
    pub reserved: [c_int; 12],
}

/// One side of `CUDA_MEMCPY2D`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Side2D {
    pub x: usize,
    pub y: usize,
    pub kind: c_int,
    pub host: u64,
    pub device: u64,
    pub array: *mut c_void,
    pub pitch: usize,
}

/// `CUDA_MEMCPY2D`
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Memcpy2D {
    pub from: Side2D,
    pub to: Side2D,
    pub width: usize,
    pub height: usize,
}

/// One side of `CUDA_MEMCPY3D`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Side3D {
    pub x: usize,
    pub y: usize,
    pub z: usize,
    pub lod: usize,
    pub kind: c_int,
    pub host: u64,
    pub device: u64,
    pub array: *mut c_void,
    pub reserved: *mut c_void,
    pub pitch: usize,
    pub height: usize,
}

/// `CUDA_MEMCPY3D`
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Memcpy3D {
    pub from: Side3D,
    pub to: Side3D,
    pub width: usize,
    pub height: usize,
    pub depth: usize,
}

// The sizes that the C declarations have.
const _: () = {
    assert!(size_of::<ResourceDesc>() == 64);
    assert!(size_of::<TextureDesc>() == 72);
    assert!(size_of::<ViewDesc>() == 48);
    assert!(size_of::<Array3DDescriptor>() == 40);
    assert!(size_of::<DriverResourceDesc>() == 144);
    assert!(size_of::<DriverTextureDesc>() == 104);
    assert!(size_of::<Memcpy2D>() == 128);
    assert!(size_of::<Memcpy3D>() == 200);
};
