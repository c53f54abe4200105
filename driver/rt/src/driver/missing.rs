//! Functions of the driver API that the embedded device has not got: exported, so that programs which look them up
//! find them, and refusing with their name when called.

missing_driver_api! {
    // Texture and surface references, which CUDA 12 removed.
    ModuleGetTexRef ModuleGetSurfRef ParamSetTexRef TexRefCreate TexRefDestroy TexRefSetArray TexRefSetFormat
    TexRefSetAddress TexRefSetAddress2D TexRefSetAddressMode TexRefSetFilterMode TexRefSetFlags TexRefGetAddress
    TexRefGetAddressMode TexRefGetArray TexRefGetFilterMode TexRefGetFlags TexRefGetFormat SurfRefGetArray
    SurfRefSetArray
    // Other processes and other APIs.
    IpcGetMemHandle IpcOpenMemHandle IpcCloseMemHandle IpcGetEventHandle IpcOpenEventHandle
    GraphicsMapResources GraphicsUnmapResources GraphicsUnregisterResource GraphicsResourceGetMappedPointer
    GraphicsResourceSetMapFlags GraphicsSubResourceGetMappedArray GraphicsGLRegisterBuffer GraphicsGLRegisterImage
    GLCtxCreate GLGetDevices GetExportTable MemcpyHtoAAsync MemcpyAtoHAsync
}
