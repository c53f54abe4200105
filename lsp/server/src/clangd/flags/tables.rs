//! The flags that the translation knows, as words in a text: one look at a table should do.

/// Options of nvcc, mcc or gcc that are dropped together with the argument after them.
pub(super) const DROP_WITH_VALUE: &str = "\
    -o --output-file -odir --output-directory -MF -MT -MQ --dependency-output -ccbin \
    --compiler-bindir -maxrregcount --maxrregcount -Xptxas --ptxas-options -Xlinker --linker-options \
    -Xnvlink --nvlink-options -Xfatbin --fatbin-options -Xarchive --archive-options -Xcudafe -Xclang \
    -Xarch_host -Xarch_device -L --library-path -l --library -t --threads -cudart --cudart \
    -cudadevrt --cudadevrt -ftz --ftz -prec-div --prec-div -prec-sqrt --prec-sqrt -fmad --fmad \
    -Werror --Werror -diag-suppress --diag-suppress -diag-error --diag-error -diag-warn --diag-warn \
    -keep-dir --keep-dir -default-stream --default-stream -split-compile --split-compile \
    -compress-mode --compress-mode -target-dir --target-directory -code --gpu-code -time --time \
    -dumpdir -aux-info --sysroot-cuda -nvvmir-library-dir --cuda-path -idp --input-drive-prefix -ddp \
    -dp -lib-path";

/// Beginnings of flags, value joined or none, that mean nothing to clang's parser.
pub(super) const DROP_PREFIX: &str = "\
    --expt- -expt- --extended-lambda -extended-lambda --generate-line-info -lineinfo --lineinfo \
    --device-debug -G --use_fast_math -use_fast_math --compile --device-c --device-w --device-link \
    -dlink -dlto --dlink-time-opt --relocatable-device-code --maxrregcount -maxrregcount \
    --ptxas-options -Xptxas -Xcudafe -Xlinker -Xnvlink -Xfatbin -Xarchive -cudart --cudart \
    --cudadevrt -cudadevrt -ccbin= --compiler-bindir --keep -keep --verbose --dryrun -dryrun \
    --resource-usage -res-usage --source-in-ptx -src-in-ptx --restrict -restrict --ftz -ftz --fmad \
    -fmad --prec- -prec- --default-stream -default-stream --threads --split-compile -split-compile \
    --diag- -diag- --display-error-number -err-no --no-display-error-number \
    --forward-unknown-to-host- -forward-unknown-to-host- --ptx -ptx --cubin -cubin --fatbin -fatbin \
    --cuda -cuda --optix-ir -optix-ir --gpu-code -code= --Werror -Werror=cross- -Werror=all-warnings \
    -Werror=reorder -Werror=default-stream -Werror=deprecated-decl --device-as-default -ewp \
    --extensible-whole-program --no-compress -no-compress --compress- -compress- --brief-diag \
    --std-override -rdc -dc -dw -t= -MF -MT -MQ --nvvmir -nvvmir --no-device-link -nodlink \
    --gen-opt-lto -gen-opt-lto -lto --minimal -minimal --run -run --clean --no-exceptions -noeh \
    --objdir-as-tempdir --allow-unsupported-compiler -allow-unsupported-compiler --mtgpu -mtgpu \
    --cuda-path --musa-path --cuda-compile- --offload-new-driver --no-offload-new-driver -fgpu-rdc \
    -fno-gpu-rdc --offload-compress --libdevice-directory -ldir --time -time \
    -Wno-deprecated-gpu-targets --query- -nohdinitlist --jump-table-density --entries --frandom-seed \
    --device-stack --device-entity --inline-info -save-temps --save-temps -pipe -gsplit -ggdb \
    -ffile-prefix-map -fdebug-prefix-map -fdiagnostics -fno-gnu-unique -fno-canonical-system-headers \
    -fmax-errors -fconcepts -fno-tree- -ftree- -fmodules-ts -fmodule-mapper -fdeps- -flto -fuse-ld \
    -Wl, -Wa,";

/// Whole flags to drop.
pub(super) const DROP: &str = "\
    -c -S -E -g -v -k -M -MD -MMD -MP -MM -w -m64 -m32 -MG -shared -lib --lib --shared -static \
    --profile -pg -p --debug -g0 -g1 -g2 -g3 --preprocess --cuda-host-only --cuda-device-only \
    -fsyntax-only -Winvalid-pch - -nocudainc -nocudalib --no-cuda-version-check -rdynamic -s";

/// Options of clang whose value is the next argument.
pub(super) const TAKES_VALUE_CLANG: &str = "\
    -isystem -include -imacros -iquote -idirafter -I -D -U -isysroot --sysroot -target -iprefix \
    -iwithprefix -include-pch -resource-dir";

/// Beginnings of flags that change what the source means, or that clang takes without a word.
pub(super) const KEEP: &str = "\
    -std= -W -O -fPIC -fpic -fPIE -fpie -fopenmp -fvisibility -fno-exceptions -fexceptions -fno-rtti \
    -frtti -ffast-math -fno-fast-math -fsigned-char -funsigned-char -fno-strict-aliasing \
    -fstrict-aliasing -fwrapv -fms-extensions -fpermissive -fno-builtin -ffreestanding -fshort- \
    -fchar8_t -fno-char8_t -fcoroutines -fsized-deallocation -ftemplate-depth -fconstexpr -fdeclspec \
    -pthread -march= -mtune= -mavx -msse -mfma -mf16c -mbmi -nostdinc -stdlib= -isysroot --sysroot= \
    --target= --gcc- -pedantic -ansi -fcuda- -fgpu- -fno-cuda- -fno-gpu- -undef -fblocks -fno-common";

/// Whether `table` holds the word `flag`.
pub(super) fn holds(table: &str, flag: &str) -> bool {
    table.split_whitespace().any(|word| word == flag)
}

/// Whether `flag` begins with a word of `table`.
pub(super) fn begins_with_one_of(table: &str, flag: &str) -> bool {
    table.split_whitespace().any(|word| flag.starts_with(word))
}
