/** DCMM, GB/T 36073-2018: 8 capability areas, 28 items. */
export const EDITION_2018 = [
  {
    name: 'Data strategy',
    nameZh: '数据战略',
    items: [
      ['Strategy planning', '数据战略规划'],
      ['Strategy implementation', '数据战略实施'],
      ['Strategy assessment', '数据战略评估'],
    ],
  },
  {
    name: 'Data governance',
    nameZh: '数据治理',
    items: [
      ['Governance organization', '数据治理组织'],
      ['Data system construction', '数据制度建设'],
      ['Governance communication', '数据治理沟通'],
    ],
  },
  {
    name: 'Data architecture',
    nameZh: '数据架构',
    items: [
      ['Data model', '数据模型'],
      ['Data distribution', '数据分布'],
      ['Integration and sharing', '数据集成与共享'],
      ['Metadata management', '元数据管理'],
    ],
  },
  {
    name: 'Data application',
    nameZh: '数据应用',
    items: [
      ['Data analysis', '数据分析'],
      ['Opening and sharing', '数据开放共享'],
      ['Data service', '数据服务'],
    ],
  },
  {
    name: 'Data security',
    nameZh: '数据安全',
    items: [
      ['Security strategy', '数据安全策略'],
      ['Security management', '数据安全管理'],
      ['Security audit', '数据安全审计'],
    ],
  },
  {
    name: 'Data quality',
    nameZh: '数据质量',
    items: [
      ['Quality requirements', '数据质量需求'],
      ['Quality check', '数据质量检查'],
      ['Quality analysis', '数据质量分析'],
      ['Quality improvement', '数据质量提升'],
    ],
  },
  {
    name: 'Data standard',
    nameZh: '数据标准',
    items: [
      ['Business terms', '业务术语'],
      ['Reference and master data', '参考数据和主数据'],
      ['Data element', '数据元'],
      ['Indicator data', '指标数据'],
    ],
  },
  {
    name: 'Data life cycle',
    nameZh: '数据生存周期',
    items: [
      ['Data requirements', '数据需求'],
      ['Data design and development', '数据设计和开发'],
      ['Data operation', '数据运维'],
      ['Data retirement', '数据退役'],
    ],
  },
] as const;

export type Item2018 = (typeof EDITION_2018)[number]['items'][number][0];
