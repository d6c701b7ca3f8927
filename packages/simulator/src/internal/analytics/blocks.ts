/**
 * The columns of the blocks that were asked for last, and a selection in pieces of such blocks.
 */
import { blockSize, type Columns, make as makeColumns } from "./columns.ts"
import type { Conversations } from "./conversations.ts"
import type { Selection } from "./selection.ts"

/** Bytes of columns that are kept: of more than a million conversations. */
const kept = 48 * 1024 * 1024

export interface Piece {
  readonly columns: Columns
  /** Undefined for those of the lead, which are in no block together. */
  readonly block: number | undefined
  /** The places that belong to the selection, `to` exclusive. */
  readonly from: number
  readonly to: number
}

export interface Blocks {
  /** In the order of their starts. */
  readonly pieces: (selection: Selection) => ReadonlyArray<Piece>
  /** Forgets what was not asked for lately, if there is too much. */
  readonly trim: () => void
}

export const make = (world: Conversations["Service"]): Blocks => {
  /** The last asked for comes last. */
  const blocks = new Map<number, Columns>()

  const get = (block: number): Columns => {
    const columns = blocks.get(block) ?? makeColumns(world, block * blockSize, blockSize)
    blocks.delete(block)
    blocks.set(block, columns)
    return columns
  }

  return {
    pieces: ({ first, last, lead }) => {
      const pieces: Array<Piece> = []
      for (let start = 0; start < lead.length; start += blockSize) {
        const to = Math.min(blockSize, lead.length - start)
        pieces.push({ columns: makeColumns(world, start, to, lead), block: undefined, from: 0, to })
      }
      for (let block = Math.floor(first / blockSize); block * blockSize < last; block++) {
        const from = Math.max(0, first - block * blockSize)
        pieces.push({ columns: get(block), block, from, to: Math.min(blockSize, last - block * blockSize) })
      }
      return pieces
    },
    trim: () => {
      let bytes = 0
      for (const columns of blocks.values()) bytes += columns.bytes()
      for (const [block, columns] of blocks) {
        if (bytes <= kept) break
        blocks.delete(block)
        bytes -= columns.bytes()
      }
    }
  }
}
