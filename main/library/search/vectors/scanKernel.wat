;; Dot products of one query with many rows of bytes. `npm run generate:kernel` makes generated/scanKernel.ts of it.
;;
;; for each four rows                       sums = 0
;;   for each 16 bytes of them              query twice 8 × i16
;;     for each row: sum += row × query     8 × i8 → 8 × i16 → 4 × i32
;;   products = the lanes of each sum added (a 4 × 4 transposition)
(module
  (import "env" "memory" (memory 1))
  (func (export "dots")
    (param $rows i32) (param $count i32) (param $rowBytes i32) (param $query i32) (param $products i32)
    (local $position i32) (local $end i32)
    (local $row0 i32) (local $row1 i32) (local $row2 i32) (local $row3 i32)
    (local $sum0 v128) (local $sum1 v128) (local $sum2 v128) (local $sum3 v128)
    (local $half v128) (local $low v128) (local $high v128)
    (loop $fourRows
      (local.set $row0 (local.get $rows))
      (local.set $row1 (i32.add (local.get $row0) (local.get $rowBytes)))
      (local.set $row2 (i32.add (local.get $row1) (local.get $rowBytes)))
      (local.set $row3 (i32.add (local.get $row2) (local.get $rowBytes)))
      (local.set $sum0 (v128.const i32x4 0 0 0 0))
      (local.set $sum1 (v128.const i32x4 0 0 0 0))
      (local.set $sum2 (v128.const i32x4 0 0 0 0))
      (local.set $sum3 (v128.const i32x4 0 0 0 0))
      (local.set $position (local.get $query))
      (local.set $end (i32.add (local.get $rows) (local.get $rowBytes)))
      (loop $sixteenBytes
        (local.set $half (v128.load align=1 (local.get $position)))
        (local.set $sum0 (i32x4.add (local.get $sum0) (i32x4.dot_i16x8_s (v128.load8x8_s align=1 (local.get $row0)) (local.get $half))))
        (local.set $sum1 (i32x4.add (local.get $sum1) (i32x4.dot_i16x8_s (v128.load8x8_s align=1 (local.get $row1)) (local.get $half))))
        (local.set $sum2 (i32x4.add (local.get $sum2) (i32x4.dot_i16x8_s (v128.load8x8_s align=1 (local.get $row2)) (local.get $half))))
        (local.set $sum3 (i32x4.add (local.get $sum3) (i32x4.dot_i16x8_s (v128.load8x8_s align=1 (local.get $row3)) (local.get $half))))
        (local.set $half (v128.load offset=16 align=1 (local.get $position)))
        (local.set $sum0 (i32x4.add (local.get $sum0) (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 align=1 (local.get $row0)) (local.get $half))))
        (local.set $sum1 (i32x4.add (local.get $sum1) (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 align=1 (local.get $row1)) (local.get $half))))
        (local.set $sum2 (i32x4.add (local.get $sum2) (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 align=1 (local.get $row2)) (local.get $half))))
        (local.set $sum3 (i32x4.add (local.get $sum3) (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 align=1 (local.get $row3)) (local.get $half))))
        (local.set $position (i32.add (local.get $position) (i32.const 32)))
        (local.set $row0 (i32.add (local.get $row0) (i32.const 16)))
        (local.set $row1 (i32.add (local.get $row1) (i32.const 16)))
        (local.set $row2 (i32.add (local.get $row2) (i32.const 16)))
        (local.set $row3 (i32.add (local.get $row3) (i32.const 16)))
        (br_if $sixteenBytes (i32.lt_u (local.get $row0) (local.get $end))))
      ;; (a0+a2, b0+b2, a1+a3, b1+b3), and the same of c and d
      (local.set $low (i32x4.add
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $sum0) (local.get $sum1))
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $sum0) (local.get $sum1))))
      (local.set $high (i32x4.add
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $sum2) (local.get $sum3))
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $sum2) (local.get $sum3))))
      (v128.store align=1 (local.get $products) (i32x4.add
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $low) (local.get $high))
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $low) (local.get $high))))
      (local.set $products (i32.add (local.get $products) (i32.const 16)))
      (local.set $rows (local.get $row3)) ;; which has come to its end
      (local.set $count (i32.sub (local.get $count) (i32.const 4)))
      (br_if $fourRows (i32.gt_s (local.get $count) (i32.const 0))))))
