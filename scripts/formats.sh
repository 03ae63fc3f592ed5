#!/usr/bin/env bash
# Makes scans in every form that Postbag must read, with the tools that scanners' software is built on.
#   scripts/formats.sh OUT_DIR GREY COLOUR     two pictures of leaflets; `make deps` installs the tools
# OUT_DIR gets the files, the pictures that they were made from (grey.png, colour.png, bitonal.png) and formats.csv:
#   file, expectation, the picture that each page came from (with + between pages), the tools
# Expectations: exact (nothing was lost: the reading must be the same), same (a lossy form: the text may differ a
# little), bitonal (grey became black and white by another threshold), refused (a cause and what to do next).
# Debian 12 has no encoder of JBIG2: the one used is the Rust port of jbig2enc, which `make deps` builds.
set -euo pipefail

out=$1 grey_source=$2 colour_source=$3
tools=(tiffcp tiffset tiff2pdf tiffcrop ppm2tiff img2pdf convert gs cwebp exiftool cjpeg jpegtran qpdf opj_compress jbig2enc)
for tool in "${tools[@]}"; do
    command -v "$tool" >/dev/null || { echo "formats: $tool is missing; make deps installs it" >&2; exit 3; }
done
mkdir -p "$out"
cd "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "file,expectation,pages,made_with" >formats.csv

made() { # FILE EXPECTATION PAGES TOOLS: notes a file that was made
    [ -s "$1" ] || { echo "formats: $1 was not made" >&2; exit 1; }
    printf '%s,%s,%s,%s\n' "$@" >>formats.csv
}

# --- the pictures that everything is made from -----------------------------------------------------------------------
sources() {
    convert "$grey_source" -colorspace Gray -depth 8 -strip -units PixelsPerInch -density 300 -quality 11 grey.png
    convert "$colour_source" -depth 8 -type TrueColor -strip -units PixelsPerInch -density 300 -quality 11 PNG24:colour.png
    convert grey.png -threshold 60% -type Bilevel -quality 11 bitonal.png
    convert grey.png "$work/grey.pgm" &
    convert colour.png "$work/colour.ppm" &
    convert bitonal.png "$work/bitonal.pbm" &
    wait
    local kind
    for kind in grey.pgm colour.ppm bitonal.pbm; do
        ppm2tiff -R 300 -c none "$work/$kind" "$work/${kind%.*}.tif"
    done
    read -r width height < <(exiftool -s3 -p "\$ImageWidth \$ImageHeight" grey.png)
}

# --- PNG, BMP, WebP --------------------------------------------------------------------------------------------------
png_files() {
    local low=(-quality 11)
    convert grey.png "${low[@]}" -interlace PNG png-interlaced.png
    made png-interlaced.png exact grey ImageMagick
    convert grey.png "${low[@]}" -depth 16 PNG48:png-16-bit-rgb.png
    made png-16-bit-rgb.png exact grey ImageMagick
    convert grey.png "${low[@]}" PNG8:png-palette.png
    made png-palette.png exact grey ImageMagick
    convert colour.png "${low[@]}" -alpha set PNG32:png-alpha.png
    made png-alpha.png exact colour ImageMagick
    convert bitonal.png "${low[@]}" -define png:bit-depth=1 -define png:color-type=0 png-1-bit.png
    made png-1-bit.png exact bitonal ImageMagick
    cp bitonal.png png-threshold.png
    made png-threshold.png bitonal grey ImageMagick
}

bmp_files() {
    convert grey.png BMP3:bmp-grey.bmp
    made bmp-grey.bmp exact grey ImageMagick
    convert colour.png BMP3:bmp-24-bit.bmp
    made bmp-24-bit.bmp exact colour ImageMagick
    convert grey.png -compress RLE BMP3:bmp-rle.bmp
    made bmp-rle.bmp exact grey ImageMagick
    convert bitonal.png BMP3:bmp-1-bit.bmp
    made bmp-1-bit.bmp exact bitonal ImageMagick
}

webp_files() {
    cwebp -quiet -lossless -z 1 colour.png -o webp-lossless.webp
    made webp-lossless.webp exact colour cwebp
    cwebp -quiet -q 85 -m 2 colour.png -o webp-lossy.webp
    made webp-lossy.webp same colour cwebp
    cwebp -quiet -q 85 -m 2 grey.png -o webp-grey.webp
    made webp-grey.webp same grey cwebp
    convert grey.png -flop -quality 11 "$work/mirrored.png"
    cwebp -quiet -q 85 -m 2 "$work/mirrored.png" -o webp-exif-2.webp
    exiftool -q -overwrite_original -n -Orientation=2 webp-exif-2.webp
    made webp-exif-2.webp same grey "ImageMagick cwebp exiftool"
}

# --- JPEG ------------------------------------------------------------------------------------------------------------
jpeg_files() {
    local colour=$work/colour.ppm jpeg sampling
    for sampling in 1x1 2x1 2x2; do
        cjpeg -quality 90 -sample "$sampling" -outfile "jpeg-sampling-$sampling.jpg" "$colour"
        made "jpeg-sampling-$sampling.jpg" same colour cjpeg
    done
    jpeg=jpeg-grey.jpg
    cjpeg -quality 90 -outfile "$jpeg" "$work/grey.pgm"
    made "$jpeg" same grey cjpeg
    cjpeg -quality 90 -rgb -outfile jpeg-rgb.jpg "$colour"
    made jpeg-rgb.jpg same colour cjpeg
    cjpeg -quality 90 -restart 2 -outfile jpeg-restarts.jpg "$work/grey.pgm"
    made jpeg-restarts.jpg same grey cjpeg
    jpegtran -progressive -outfile jpeg-progressive.jpg "$jpeg"
    made jpeg-progressive.jpg same grey "cjpeg jpegtran"
    jpegtran -progressive -outfile jpeg-progressive-colour.jpg jpeg-sampling-2x2.jpg
    made jpeg-progressive-colour.jpg same colour "cjpeg jpegtran"
    jpegtran -arithmetic -outfile jpeg-arithmetic.jpg "$jpeg"
    made jpeg-arithmetic.jpg refused grey "cjpeg jpegtran"
    convert colour.png -colorspace CMYK -quality 92 jpeg-cmyk.jpg
    made jpeg-cmyk.jpg same colour ImageMagick
    cp "$jpeg" jpeg-named.png
    made jpeg-named.png same grey cjpeg
    turned_jpegs "$jpeg"
}

# The camera lay otherwise and says so: the pixels are turned or mirrored, and the tag says how to turn them back.
turned_jpegs() { # JPEG
    local undo=("" "" "-flip horizontal" "-rotate 180" "-flip vertical" "-transpose" "-rotate 270" "-transverse" "-rotate 90")
    local tag file
    for tag in 2 3 4 5 6 7 8; do
        file=jpeg-exif-$tag.jpg
        # shellcheck disable=SC2086 # two words each
        jpegtran ${undo[$tag]} -outfile "$file" "$1"
        exiftool -q -overwrite_original -n -Orientation="$tag" "$file"
        made "$file" same grey "cjpeg jpegtran exiftool"
    done
}

# --- TIFF ------------------------------------------------------------------------------------------------------------
tiff() { # NAME EXPECTATION SOURCE TIFFCP-OPTIONS…
    local name=$1 expectation=$2 source=$3
    shift 3
    tiffcp "$@" "$work/$source.tif" "tiff-$name.tif"
    made "tiff-$name.tif" "$expectation" "$source" "ppm2tiff tiffcp"
}

bitonal_tiffs() {
    tiff bits-none exact bitonal -c none
    tiff bits-lzw exact bitonal -c lzw
    tiff bits-packbits exact bitonal -c packbits
    tiff bits-deflate exact bitonal -c zip
    tiff g3-1d exact bitonal -c g3:1d
    tiff g3-2d exact bitonal -c g3:2d
    tiff g3-fill exact bitonal -c g3:1d:fill
    tiff g4 exact bitonal -c g4
    tiff g4-strips exact bitonal -c g4 -r 64
    tiff g4-one-strip exact bitonal -c g4 -r 100000
    tiff g4-tiles exact bitonal -c g4 -t -w 512 -l 512
    tiff g4-big-endian exact bitonal -c g4 -B
    tiff g4-bits-backwards exact bitonal -c g4 -f lsb2msb
    tiff g3-bits-backwards exact bitonal -c g3:1d -f lsb2msb
    tiff bits-backwards exact bitonal -c none -f lsb2msb
    convert bitonal.png -compress Group4 -define quantum:polarity=min-is-black tiff-g4-black-is-zero.tif
    made tiff-g4-black-is-zero.tif exact bitonal ImageMagick
    convert bitonal.png -compress Fax -define quantum:polarity=min-is-white tiff-fax.tif
    made tiff-fax.tif exact bitonal ImageMagick
}

grey_tiffs() {
    tiff grey-none exact grey -c none
    tiff grey-lzw exact grey -c lzw
    tiff grey-lzw-predictor exact grey -c lzw:2
    tiff grey-deflate exact grey -c zip:2
    tiff grey-packbits exact grey -c packbits -r 8
    tiff grey-tiles exact grey -c lzw -t -w 256 -l 256
    tiff grey-one-strip exact grey -c lzw -r 100000
    tiff grey-deflate-tiles exact grey -c zip:2 -t -w 512 -l 256
    tiff grey-jpeg same grey -c jpeg:90 -r 16
    tiff grey-jpeg-one-strip same grey -c jpeg:90 -r 100000
    tiff grey-jpeg-tiles same grey -c jpeg:90 -t -w 512 -l 512
    tiff grey-big exact grey -c zip -8
    tiff grey-big-endian exact grey -c lzw -B
    convert grey.png -depth 16 -compress LZW tiff-grey-16-bit.tif
    made tiff-grey-16-bit.tif exact grey ImageMagick
    # ImageMagick changes the tag only, so that the picture must be changed before.
    convert grey.png -negate -compress Zip -define quantum:polarity=min-is-white tiff-grey-white-is-zero.tif
    made tiff-grey-white-is-zero.tif exact grey ImageMagick
    cp tiff-grey-lzw.tif tiff-named.pdf
    made tiff-named.pdf exact grey tiffcp
}

colour_tiffs() {
    tiff rgb-lzw exact colour -c lzw:2
    tiff rgb-deflate-tiles exact colour -c zip -t -w 256 -l 256
    tiff rgb-planes exact colour -c packbits -p separate
    tiff rgb-lzw-tiles exact colour -c lzw:2 -t -w 256 -l 256
    tiff rgb-jpeg same colour -c jpeg:90 -r 16
    tiff rgb-jpeg-tiles same colour -c jpeg:90 -t -w 512 -l 512
    tiff rgb-jpeg-without-ycc same colour -c jpeg:r:90 -r 16
    convert colour.png +dither -colors 256 -type Palette -compress LZW tiff-palette.tif
    made tiff-palette.tif same colour ImageMagick
    convert grey.png PNG8:"$work/palette.png"
    convert "$work/palette.png" -type Palette -compress None tiff-palette-grey.tif
    made tiff-palette-grey.tif exact grey ImageMagick
    convert colour.png -colorspace CMYK -compress Zip tiff-cmyk.tif
    made tiff-cmyk.tif same colour ImageMagick
    convert colour.png -colorspace CMYK -compress LZW -interlace Plane tiff-cmyk-planes.tif
    made tiff-cmyk-planes.tif same colour ImageMagick
    convert colour.png -alpha set -compress Zip tiff-alpha.tif
    made tiff-alpha.tif exact colour ImageMagick
}

# As with EXIF: how the pixels must be turned stands in a tag.
turned_tiffs() {
    local undo=("" "" "-flop" "-rotate 180" "-flip" "-transpose" "-rotate 270" "-transverse" "-rotate 90")
    local tag
    for tag in 2 3 6 7; do # mirrored, upside down, sideways, both
        # shellcheck disable=SC2086 # two words each
        convert grey.png ${undo[$tag]} -compress LZW "tiff-turned-$tag.tif"
        tiffset -s 274 "$tag" "tiff-turned-$tag.tif"
        made "tiff-turned-$tag.tif" exact grey "ImageMagick tiffset"
    done
}

tiffs_of_many_pages() {
    tiffcp -c lzw "$work/grey.tif" "$work/colour.tif" tiff-two-pages.tif
    made tiff-two-pages.tif exact grey+colour tiffcp
    tiffcp tiff-g4.tif tiff-grey-jpeg.tif tiff-rgb-jpeg.tif tiff-palette-grey.tif tiff-mixed-pages.tif
    made tiff-mixed-pages.tif same bitonal+grey+colour+grey tiffcp
    tiffcp -8 -B -c g4 "$work/bitonal.tif" "$work/bitonal.tif" tiff-big-two-pages.tif
    made tiff-big-two-pages.tif exact bitonal+bitonal tiffcp
}

# --- PDF -------------------------------------------------------------------------------------------------------------
pdf() { # NAME EXPECTATION PAGES TOOLS PICTURE…
    local name=$1 expectation=$2 pages=$3 tools=$4
    shift 4
    img2pdf --rotation=ifvalid --output "$name.pdf" "$@" >/dev/null
    made "$name.pdf" "$expectation" "$pages" "$tools img2pdf"
}

pictures_in_pdfs() {
    pdf grey-flate exact grey "" grey.png
    pdf colour-flate exact colour "" colour.png
    pdf jpeg-grey same grey cjpeg jpeg-grey.jpg
    pdf jpeg-colour same colour cjpeg jpeg-sampling-2x2.jpg
    pdf jpeg-progressive same grey "cjpeg jpegtran" jpeg-progressive.jpg
    pdf jpeg-cmyk same colour ImageMagick jpeg-cmyk.jpg
    pdf jpeg-turned same grey "cjpeg jpegtran exiftool" jpeg-exif-6.jpg
    pdf ccitt-g4 exact bitonal tiffcp tiff-g4.tif
    pdf bits-flate exact bitonal ImageMagick bitonal.png
    opj_compress -i "$work/colour.ppm" -o "$work/colour.jp2" -r 20 >/dev/null
    pdf jpeg2000-colour same colour opj_compress "$work/colour.jp2"
    opj_compress -i "$work/grey.pgm" -o "$work/grey.jp2" >/dev/null
    pdf jpeg2000-lossless exact grey opj_compress "$work/grey.jp2"
    pdf mixed-pages same grey+bitonal+colour "cjpeg tiffcp" jpeg-grey.jpg tiff-g4.tif colour.png
}

# One page of A4 with pictures on it, written by hand; qpdf mends what a computer must count.
handmade_pdf() { # FILE then four words a picture: STREAM DICTIONARY-PART PLACE(cm)
    local file=$1 number=10 contents="" names=""
    shift
    local page_size="[0 0 $(points "$width") $(points "$height")]"
    {
        printf '%%PDF-1.5\n'
        while [ $# -gt 0 ]; do
            printf '%d 0 obj\n<< /Type /XObject /Subtype /Image %s /Length %d >>\nstream\n' "$number" "$2" "$(stat -c %s "$1")"
            cat "$1"
            printf '\nendstream\nendobj\n'
            names+=" /P$number $number 0 R"
            contents+="q $3 cm /P$number Do Q "
            number=$((number + 1))
            shift 3
        done
        printf '1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n'
        printf '2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n'
        printf '3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents 4 0 R /Resources << /XObject <<%s >> >> >>\nendobj\n' "$page_size" "$names"
        printf '4 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n' "${#contents}" "$contents"
        printf 'trailer\n<< /Root 1 0 R >>\n%%%%EOF\n'
    } >"$work/by-hand-$file"
    qpdf --warning-exit-0 "$work/by-hand-$file" "$file" 2>/dev/null
}

points() { awk -v px="$1" 'BEGIN { print px * 72 / 300 }'; }
place() { # FIRST-ROW N-ROWS: where these rows of the picture lie on the page
    awk -v w="$width" -v h="$height" -v y="$1" -v n="$2" 'BEGIN { k = 72 / 300; print w * k, 0, 0, n * k, 0, (h - y - n) * k }'
}

jbig2_pdfs() {
    local size="/Width $width /Height $height /BitsPerComponent 1 /ColorSpace /DeviceGray"
    jbig2enc -p bitonal.png >"$work/page.jb2"
    handmade_pdf jbig2.pdf "$work/page.jb2" "$size /Filter /JBIG2Decode" "$(place 0 "$height")"
    made jbig2.pdf exact bitonal "jbig2enc qpdf"
}

# A page that the scanner sent in strips.
strips_pdf() {
    local n_rows=877 row pictures=()
    for ((row = 0; row + n_rows <= height; row += n_rows)); do
        convert grey.png -crop "${width}x$n_rows+0+$row" +repage "$work/strip-$row.pgm"
        cjpeg -quality 90 -outfile "$work/strip-$row.jpg" "$work/strip-$row.pgm"
        pictures+=("$work/strip-$row.jpg" "$(jpeg_part "$n_rows")" "$(place "$row" "$n_rows")")
    done
    handmade_pdf pdf-many-jpegs.pdf "${pictures[@]}"
    made pdf-many-jpegs.pdf same grey "cjpeg qpdf"
}

jpeg_part() { # ROWS
    printf '/Width %d /Height %d /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /DCTDecode' "$width" "$1"
}

# A page whose upper part is a JPEG and whose lower part is fax, as scanners that compress by content make it.
mixed_pdf() {
    local upper=$((height / 2)) lower=$((height - height / 2))
    convert grey.png -crop "${width}x$upper+0+0" +repage "$work/upper.pgm"
    convert bitonal.png -crop "${width}x$lower+0+$upper" +repage "$work/lower.png"
    cjpeg -quality 90 -outfile "$work/upper.jpg" "$work/upper.pgm"
    jbig2enc -p "$work/lower.png" >"$work/lower.jb2"
    handmade_pdf mixed-on-a-page.pdf \
        "$work/upper.jpg" "$(jpeg_part "$upper")" "$(place 0 "$upper")" \
        "$work/lower.jb2" "/Width $width /Height $lower /BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /JBIG2Decode" "$(place "$upper" "$lower")"
    made mixed-on-a-page.pdf bitonal grey "cjpeg jbig2enc qpdf"
}

pdfs_from_tiffs() {
    tiff2pdf -o pdf-from-g4.pdf tiff-g4.tif
    made pdf-from-g4.pdf exact bitonal tiff2pdf
    tiff2pdf -o pdf-from-g3.pdf tiff-g3-1d.tif
    made pdf-from-g3.pdf exact bitonal tiff2pdf
    # (Of a TIFF that holds JPEG, tiff2pdf 4.5 makes a JPEG with two beginnings, which libjpeg refuses as well.)
    tiff2pdf -j -q 90 -o pdf-jpeg-by-tiff2pdf.pdf tiff-grey-none.tif
    made pdf-jpeg-by-tiff2pdf.pdf same grey tiff2pdf
    tiff2pdf -z -o pdf-from-tiff.pdf tiff-rgb-lzw.tif
    made pdf-from-tiff.pdf exact colour tiff2pdf
    tiff2pdf -z -o pdf-many-pictures.pdf tiff-grey-tiles.tif
    made pdf-many-pictures.pdf same grey tiff2pdf
}

pdfs_from_pdfs() {
    local angle
    for angle in 90 180 270; do
        qpdf --rotate="+$angle" jpeg-grey.pdf "pdf-rotated-$angle.pdf"
        made "pdf-rotated-$angle.pdf" same grey "img2pdf qpdf"
    done
    qpdf --object-streams=generate --linearize grey-flate.pdf pdf-linearised.pdf
    made pdf-linearised.pdf exact grey "img2pdf qpdf"
    gs_from jpeg-colour.pdf pdfwrite pdf-written-by-gs.pdf
    made pdf-written-by-gs.pdf same colour "img2pdf Ghostscript"
    gs_from grey-flate.pdf pdfimage8 pdf-image-by-gs.pdf
    made pdf-image-by-gs.pdf same grey "img2pdf Ghostscript"
    gs_from colour-flate.pdf pdfimage32 pdf-cmyk-by-gs.pdf
    made pdf-cmyk-by-gs.pdf same colour "img2pdf Ghostscript"
    cp grey-flate.pdf pdf-without-an-ending
    made pdf-without-an-ending exact grey img2pdf
}

pictures_from_pdfs() {
    gs_from ccitt-g4.pdf tiffg32d tiff-g32d-by-gs.tif
    made tiff-g32d-by-gs.tif bitonal grey "img2pdf Ghostscript"
    gs_from ccitt-g4.pdf tiffcrle tiff-rle-by-gs.tif
    made tiff-rle-by-gs.tif bitonal grey "img2pdf Ghostscript"
    gs_from grey-flate.pdf pnggray png-by-gs.png
    made png-by-gs.png same grey "img2pdf Ghostscript"
}

gs_from() { # PDF DEVICE FILE
    gs -q -dBATCH -dNOPAUSE -dSAFER -r300 -sDEVICE="$2" -sOutputFile="$3" "$1"
}

encrypted_pdfs() {
    qpdf --encrypt secret owner 256 -- jpeg-grey.pdf pdf-locked-256.pdf
    made pdf-locked-256.pdf refused grey "img2pdf qpdf"
    qpdf --allow-weak-crypto --encrypt secret owner 128 --use-aes=n -- jpeg-grey.pdf pdf-locked-128.pdf
    made pdf-locked-128.pdf refused grey "img2pdf qpdf"
    # Whoever opens it needs no password; only changing it does.
    qpdf --encrypt "" owner 256 -- jpeg-grey.pdf pdf-not-to-be-changed-256.pdf
    made pdf-not-to-be-changed-256.pdf same grey "img2pdf qpdf"
    qpdf --allow-weak-crypto --encrypt "" owner 128 --use-aes=n -- jpeg-grey.pdf pdf-not-to-be-changed-128.pdf
    made pdf-not-to-be-changed-128.pdf same grey "img2pdf qpdf"
}

# Runs functions side by side and fails when one of them fails.
beside() { # FUNCTION…
    local function started=()
    for function in "$@"; do
        "$function" &
        started+=($!)
    done
    for function in "${started[@]}"; do wait "$function"; done
}

sources
beside jpeg_files bitonal_tiffs grey_tiffs colour_tiffs turned_tiffs png_files bmp_files webp_files
beside tiffs_of_many_pages pictures_in_pdfs pdfs_from_tiffs jbig2_pdfs mixed_pdf strips_pdf
beside pdfs_from_pdfs encrypted_pdfs pictures_from_pdfs
sort -o "$work/sorted" formats.csv
{ grep '^file,' "$work/sorted"; grep -v '^file,' "$work/sorted"; } >formats.csv
